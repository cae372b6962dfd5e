import { analyseJob } from '../hub/analyse-evidence.ts';
import { openAwsDeps } from './deps.ts';

/** The task for what no function can hold: one job from the environment, then the end. */
const deps = await openAwsDeps();
const body = process.env['CASEBOOK_JOB'];
if (!body) throw new Error('CASEBOOK_JOB is not set: this is started by the analyse function');
await analyseJob({ ...deps, config: { ...deps.config, analyseTimeoutMs: 6 * 3_600_000 } }, { body, attempts: 1 }, () =>
  Promise.resolve(),
);
