import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AppError } from '../model/error.ts';
import type { Host, Route } from './define-route.ts';
import { missingPage } from './missing-page.ts';
import { onError } from './on-error.ts';
import { alertRoutes } from './routes/alerts.ts';
import { authRoutes } from './routes/auth.ts';
import { deployRoutes } from './routes/deploys.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { investigationRoutes } from './routes/investigations.ts';
import { jobRoutes } from './routes/jobs.ts';
import { mappingRoutes } from './routes/mapping.ts';
import { noteRoutes } from './routes/notes.ts';
import { MAX_PUSH_BYTES, PUSH_PATH, pushRoutes } from './routes/push.ts';
import { receiptRoutes } from './routes/receipts.ts';
import { serviceRoutes } from './routes/service.ts';
import { subscriptionRoutes } from './routes/subscriptions.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { workRoutes } from './routes/work.ts';
import { securityHeaders } from './security-headers.ts';

const MAX_BODY_BYTES = 1_000_000;

export function allRoutes(): readonly Route[] {
  return [
    ...serviceRoutes(allRoutes),
    ...investigationRoutes,
    ...evidenceRoutes,
    ...pushRoutes,
    ...receiptRoutes,
    ...noteRoutes,
    ...deployRoutes,
    ...workRoutes,
    ...tokenRoutes,
    ...alertRoutes,
    ...mappingRoutes,
    ...subscriptionRoutes,
    ...jobRoutes,
    ...authRoutes,
  ];
}

/** The whole API. Bytes of evidence never pass through it. */
export function createApi(
  deps: Host['deps'],
  options: Pick<Host, 'clientAddress'> & Partial<Pick<Host, 'version'>>,
): Hono {
  const host: Host = { deps, clientAddress: options.clientAddress, version: options.version ?? 'unknown' };
  const app = new Hono();
  app.use('/api/*', securityHeaders(deps.config.publicUrl));
  const small = limitBody(MAX_BODY_BYTES, 'files go to the URL that POST evidence answers');
  const push = limitBody(MAX_PUSH_BYTES, 'let the sender put less in a batch');
  const limit: MiddlewareHandler = (c, next) => (c.req.path.startsWith(PUSH_PATH) ? push : small)(c, next);
  app.use('/api/*', limit);
  for (const route of allRoutes()) app.on(route.method.toUpperCase(), route.path, (c) => route.run(c, host));
  app.get('/api', (c) => c.redirect('/api/'));
  // Where the API and the site are one server; elsewhere the site holds a copy (`putSubmitScript`).
  app.get('/submit.sh', (c) => c.redirect('/api/submit.sh'));
  app.all('/api/*', (c) => {
    throw new AppError('not-found', `there is no ${c.req.method} ${c.req.path}: see ${deps.config.publicUrl}/api/`);
  });
  // The CDN asks here for what the site does not have: it cannot answer a page of its own without doing so for the API too.
  app.notFound(() => missingPage(deps.site));
  app.onError((error, c) => onError(error, c, deps.log));
  return app;
}

function limitBody(maxSize: number, advice: string): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new AppError('too-large', `the body is beyond ${maxSize} bytes: ${advice}`, {
        data: { limit: 'bodyBytes', value: maxSize },
      });
    },
  });
}
