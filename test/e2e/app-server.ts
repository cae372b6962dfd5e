import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { ComponentType } from 'preact';
import { DEFAULT_LIMITS } from '../../functions/analysis/analyser.ts';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { runAnalysis } from '../../functions/hub/run-analysis.ts';
import { createSignInLink } from '../../functions/hub/sign-in-link.ts';
import type { Config } from '../../functions/hub/config.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { DeskPage } from '../../web/pages/desk.tsx';
import { ReceiptPage } from '../../web/pages/receipt.tsx';
import { SendPage, type SendProps } from '../../web/pages/send.tsx';
import { SignInPage, type SignInProps } from '../../web/pages/sign-in.tsx';
import { MAINTAINER, openTestHub, type TestHub } from '../hub/test-hub.ts';
import { answerSite, type Route } from './app-site.ts';

export const SLUG = 'openfn-worker';

/** The real API over the real local adapters, the real analysers, and the pages that act, on one port. */
export interface AppServer {
  readonly url: string;
  readonly hub: TestHub;
  readonly publicToken: string;
  /** Signs a browser in as a maintainer, once. */
  signInUrl(): Promise<string>;
  /** Asked before each request; answer it to keep it from the hub. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
  close(): Promise<void>;
}

const page = <P>(name: string, component: ComponentType<P>, props: P & object): Route => ({
  page: name,
  // Beside its own props, one line above.
  component: component as ComponentType<never>,
  props,
});

export async function startAppServer(config: Partial<Config> = {}): Promise<AppServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hub = await openTestHub({ ...config, publicUrl: url }, (deps) => ({
    ...deps,
    analyse: (request, { signal, progress }) =>
      runAnalysis((key) => deps.evidence.source(key), request, { signal, limits: DEFAULT_LIMITS, progress }),
  }));
  hub.clock.nowMs = Date.now();
  const opened = await openInvestigation(
    hub.deps,
    NewInvestigation.parse({
      slug: SLUG,
      title: 'Worker memory rises slowly until the pod is killed',
      product: 'OpenFn',
      versions: ['2.13.3'],
      summary: 'Seen since **1.13.3** on Kubernetes.',
    }),
    MAINTAINER,
  );
  const publicToken = opened.publicToken ?? '';
  const { fileBytes, reportBytes } = hub.deps.config.limits;
  const send: SendProps = {
    slug: SLUG,
    title: opened.title,
    publicToken,
    publicUrl: url,
    limits: { fileBytes, reportBytes },
  };
  const routes: Record<string, Route> = {
    [`/i/${SLUG}/send/`]: page('send', SendPage, send),
    '/receipt/': page('receipt', ReceiptPage, {}),
    '/sign-in/': page<SignInProps>('sign-in', SignInPage, {}),
    '/desk/': page('desk', DeskPage, {}),
  };
  const api = getRequestListener(hub.app.fetch);
  const app: AppServer = {
    url,
    hub,
    publicToken,
    signInUrl: async () => `${await createSignInLink(hub.deps, MAINTAINER)}&to=/desk/`,
    intercept: () => false,
    async close() {
      clearInterval(worker);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await working;
      await hub.close();
    },
  };
  let working: Promise<unknown> = Promise.resolve();
  const worker = setInterval(() => {
    working = working.then(() => hub.work());
  }, 250);
  server.on('request', (request, response) => {
    // The hub's clock only ticks; here people wait in real time.
    hub.clock.nowMs = Math.max(hub.clock.nowMs, Date.now());
    void (async () => {
      if (await app.intercept(request, response)) return;
      if (!(await answerSite(request, response, routes))) await api(request, response);
    })();
  });
  return app;
}
