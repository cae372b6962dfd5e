import { ANALYSERS } from '../analysis/registry.ts';
import { analyseOutdated } from '../hub/analyse-outdated.ts';
import { publishEverything } from '../hub/publish/publish.ts';
import { putSubmitScript } from '../hub/submit-script.ts';
import { openAwsDeps } from './deps.ts';

const deps = openAwsDeps();

/** Once after each deployment: pages name the new script and style, and evidence that an older analyser read is read again. */
export async function handler(): Promise<{ outdated: number }> {
  const opened = await deps;
  await putSubmitScript(opened);
  await publishEverything(opened);
  return {
    outdated: await analyseOutdated(opened, new Map(ANALYSERS.map(({ format, version }) => [format, version]))),
  };
}
