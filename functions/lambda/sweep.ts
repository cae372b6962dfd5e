import { sweep, type Swept } from '../hub/sweep.ts';
import { openAwsDeps } from './deps.ts';

const deps = openAwsDeps();

/** On a schedule: repairs what an event or a crash left, and lets go what has expired. */
export async function handler(): Promise<Swept> {
  return sweep(await deps);
}
