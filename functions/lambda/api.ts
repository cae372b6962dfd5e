// Deprecated in favour of a package that is not published yet.
/* eslint-disable @typescript-eslint/no-deprecated */
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { createApi } from '../api/create-api.ts';
import { openAwsDeps } from './deps.ts';

const app = openAwsDeps().then((deps) =>
  createApi(deps, {
    clientAddress: (c) => viewerAddress(c.req.header('x-forwarded-for')),
    version: process.env['CASEBOOK_VERSION'] ?? 'dev',
  }),
);

/** `/api/*` of the HTTP API. */
export async function handler(event: LambdaEvent, context?: LambdaContext): Promise<unknown> {
  return handle(await app)(event, context);
}

/** The CDN appends who called it, and the gateway appends the CDN: what stands before was written by the caller. */
export function viewerAddress(forwardedFor: string | undefined): string {
  const chain = (forwardedFor ?? '').split(',').map((address) => address.trim());
  return chain.at(-2) ?? chain.at(-1) ?? 'unknown';
}
