import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { ANALYSERS } from '../analysis/registry.ts';
import { createApi } from '../api/create-api.ts';
import { analyseOutdated } from '../hub/analyse-outdated.ts';
import { onChanges } from '../hub/on-changes.ts';
import { publishEverything, publishHome, publishInvestigation } from '../hub/publish/publish.ts';
import { receiveObject } from '../hub/receive-object.ts';
import { runWorker } from '../hub/run-worker.ts';
import { createSignInLink } from '../hub/sign-in-link.ts';
import { putSubmitScript } from '../hub/submit-script.ts';
import { sweep } from '../hub/sweep.ts';
import { filesDoor, UPLOAD_SERVER_OPTIONS } from '../platform/objects/files-door.ts';
import { consoleLog } from './console-log.ts';
import { readLocalConfig } from './local-config.ts';
import { openLocalDeps, PROGRAM_DIR, type LocalDeps } from './local-deps.ts';
import { putAssets } from './put-assets.ts';
import { siteDoor } from './site-door.ts';

const VERSION = process.env['CASEBOOK_VERSION'] ?? 'dev';

/** `casebook serve`: the whole product in one process, until it is told to stop. */
export async function serveCommand({ signal, demo }: { signal: AbortSignal; demo: boolean }): Promise<number> {
  const local = readLocalConfig(process.env);
  const log = consoleLog();
  const deps = await openLocalDeps(local, log);
  await putAssets(deps.site, PROGRAM_DIR);
  const server = createAdaptorServer({ fetch: createSite(deps).fetch, serverOptions: UPLOAD_SERVER_OPTIONS });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(local.port, local.host, () => resolve());
  });

  const stopping = new AbortController();
  signal.addEventListener('abort', () => stopping.abort());
  process.once('SIGTERM', () => stopping.abort());
  await publishEverything(deps);
  await putSubmitScript(deps);
  await analyseOutdated(deps, new Map(ANALYSERS.map(({ format, version }) => [format, version])));
  const parts = [
    deps.changes.consume(
      (changes) => onChanges(deps, changes, { investigation: publishInvestigation, home: publishHome }),
      stopping.signal,
    ),
    runWorker(deps, stopping.signal),
    sweepForever(deps, stopping.signal),
  ];
  const link = await createSignInLink(deps, { subject: 'local', name: 'Maintainer' });
  process.stdout.write(
    `Casebook is at ${local.config.publicUrl}\nSign in as a maintainer, once, within half an hour: ${link}\nData: ${local.dataDir}\n`,
  );
  if (demo) {
    const { openDemo } = await import('./demo/open-demo.ts');
    await openDemo(deps, (line) => process.stdout.write(`${line}\n`));
  }
  await Promise.all(parts);
  server.close();
  if ('closeAllConnections' in server) server.closeAllConnections();
  deps.close();
  return 0;
}

function createSite(deps: LocalDeps): Hono {
  const app = new Hono();
  app.route(
    '/',
    createApi(deps, { clientAddress: (c) => getConnInfo(c).remote.address ?? 'unknown', version: VERSION }),
  );
  app.route(
    '/objects',
    filesDoor(deps.evidence, {
      onCreated: (key) => receiveObject(deps, key),
      onError: (error) => deps.log.error('the store failed', error),
    }),
  );
  app.route('/', siteDoor(deps.site));
  return app;
}

async function sweepForever(deps: LocalDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await sweep(deps);
    } catch (error) {
      deps.log.error('the sweep failed; the next one repairs what it left', error);
    }
    await sleep(deps.config.sweepEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
