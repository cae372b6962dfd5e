import type { Role } from '../recognise/role.ts';
import type { Subject } from '../recognise/subjects.ts';
import { HOUR_MS } from './grid.ts';
import type { Life } from './lives.ts';

/** An age told by a counter is a guess (the rate may have changed, starting up takes processor time): half of it counts. */
const GUESS_SHARE = 0.5;
const COUNTERS: readonly Role[] = ['cpu', 'load'];

/**
 * Hours that the process of a container had run at the end of the evidence: by its start time, else by how much more its own
 * counters had counted than the window added. Undefined where neither is there; the length of the life where its start was seen.
 */
export function processAgeHours(subject: Subject, lives: readonly Life[]): number | undefined {
  const last = lives.at(-1)!;
  const seen = (last.endMs - last.startMs) / HOUR_MS;
  const started = subject.series.get('start-time')?.[0]?.series.values.at(-1);
  if (started !== undefined && started > 0) return (last.endMs - 1000 * started) / HOUR_MS;
  if (last.startSeen) return seen;
  const guesses = COUNTERS.flatMap((role) => subject.series.get(role) ?? [])
    .filter(({ series }) => series.kind === 'counter' || series.metric.endsWith('_total'))
    .map(({ series: { values } }) => values.at(-1)! / (values.at(-1)! - values[0]!))
    .filter((windows) => Number.isFinite(windows) && windows >= 1);
  return guesses.length > 0 ? Math.max(seen, GUESS_SHARE * seen * Math.min(...guesses)) : undefined;
}
