import { createHmac } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { AppError } from '../../model/error.ts';
import type { Notification, Notifications } from './notifications.ts';
import { pinAddress, resolveBySystem } from './public-address.ts';
import type { Address, Resolve } from './public-address.ts';

export interface WebhookOptions {
  /** Also to loopback, private and link-local addresses: for one team's own network. */
  readonly allowPrivate?: boolean;
  /** For all of it: name, connection, answer. */
  readonly timeoutMs?: number;
  readonly now?: () => number;
  readonly resolve?: Resolve;
}

/**
 * One POST of JSON, signed as https://www.standardwebhooks.com lays down: `webhook-signature: v1,<base64>` is the
 * HMAC-SHA256, keyed with the bytes that the secret (`whsec_<base64>`) says, of `<webhook-id>.<webhook-timestamp>.<body>`. Follows no redirect, since
 * only the first host was examined. Throws `bad-input` for a target that it will not call, `unavailable` for a failed try.
 */
export function webhook(options: WebhookOptions = {}): Notifications {
  const { allowPrivate = false, timeoutMs = 10_000, now = Date.now, resolve = resolveBySystem } = options;
  return {
    async send(notification) {
      if (notification.to.kind !== 'webhook') throw new Error(`A webhook cannot take a ${notification.to.kind}.`);
      const url = parseTarget(notification.to.url);
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const pinned = await orAbort(pinAddress(hostOf(url), resolve, allowPrivate), signal);
        const body = bodyOf(notification);
        const headers = headersOf(notification, notification.to.secret, body, now());
        const status = await post(url, pinned, headers, body, signal);
        if (status < 200 || status > 299) throw new AppError('unavailable', `${url.host} answered ${status}.`);
      } catch (error) {
        if (error instanceof AppError) throw error;
        const why = signal.aborted ? `did not answer within ${timeoutMs} ms` : 'could not be reached';
        throw new AppError('unavailable', `${url.host} ${why}.`, { cause: error });
      }
    },
  };
}

function parseTarget(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new AppError('bad-input', 'A webhook needs an address that begins with https:// or http://.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new AppError('bad-input', 'A webhook takes no user or password in its address: use the secret.');
  }
  return url;
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

function bodyOf({ id, subject, text, url, data }: Notification): string {
  return JSON.stringify({ id, subject, text, url, data });
}

function headersOf({ id }: Notification, secret: string, body: string, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'casebook',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

/** To the pinned address, under the name of the URL (Host header, TLS). The answer's body is not read. */
function post(
  url: URL,
  { address, family }: Address,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  const lookup: LookupFunction = (_host, options, callback) => {
    if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = request(
      url,
      { method: 'POST', headers, agent: false, lookup, signal },
      (answer: IncomingMessage) => {
        resolve(answer.statusCode ?? 0);
        answer.destroy();
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted', { cause: signal.reason })), { once: true });
  });
  return Promise.race([work, aborted]);
}
