import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Log } from '../hub/deps.ts';
import { AppError, isAppError, type ErrorCode } from '../model/error.ts';
import { acceptsJson } from './accepts.ts';

const STATUS: Record<ErrorCode, ContentfulStatusCode> = {
  'bad-input': 400,
  unrecognised: 422,
  unsupported: 422,
  corrupt: 422,
  'too-large': 413,
  'too-slow': 422,
  aborted: 503,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'rate-limited': 429,
  unavailable: 503,
};

/** The one place where an error becomes an answer. What is not an AppError is a bug or an outage: logged, never shown. */
export function onError(error: Error, c: Context, log: Log): Response {
  const known = asAppError(error);
  if (!known) log.error('a request failed', error, { method: c.req.method, path: c.req.path });
  const fault =
    known ?? new AppError('unavailable', 'something failed here, not in your request: try again in a minute');
  const status = known ? STATUS[known.code] : 500;
  const retryAfter = fault.data['retryAfterSeconds'];
  if (typeof retryAfter === 'number') c.header('Retry-After', String(retryAfter));
  else if (status === 413 || status === 503) c.header('Retry-After', '3600');
  if (status === 401) c.header('WWW-Authenticate', 'Bearer');
  return acceptsJson(c) ? c.json(fault.toJSON(), status) : c.text(`${fault.code}: ${fault.message}\n`, status);
}

function asAppError(error: Error): AppError | undefined {
  if (isAppError(error)) return error;
  if (error instanceof HTTPException && error.status < 500) return new AppError('bad-input', error.message);
  return undefined;
}
