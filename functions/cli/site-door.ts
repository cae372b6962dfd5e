import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { Hono, type Context } from 'hono';
import { contentSecurityPolicy, SECURITY_HEADERS } from '../../web/security.ts';
import { siteKeys } from '../hub/keys.ts';
import type { FileObjects } from '../platform/objects/files.ts';

const IMMUTABLE = 'public, max-age=31536000, immutable';
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};

/**
 * What the CDN does, on one machine: the published site from its store, and the built script and style. Folders are their
 * `index.html`, conditional requests are answered 304, and everything carries the security headers.
 */
export function siteDoor(site: FileObjects, builtDir: string): Hono {
  const door = new Hono();
  const missing = async (c: Context): Promise<Response> => {
    const page = await site.open(siteKeys.missing).catch(() => undefined);
    const headers = { 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' };
    return c.body(page ? page.source.stream() : 'There is nothing at this address.', 404, headers);
  };
  const policy = contentSecurityPolicy();
  door.use('*', async (c, next) => {
    await next();
    c.header('content-security-policy', policy);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
  });
  door.get('/assets/:file{.+}', async (c) => {
    const file = normalize(c.req.param('file'));
    const type = TYPES[extname(file)];
    if (file.startsWith('..') || !type) return missing(c);
    const bytes = await readFile(join(builtDir, 'assets', file)).catch(() => undefined);
    return bytes
      ? c.body(new Uint8Array(bytes), 200, { 'content-type': type, 'cache-control': IMMUTABLE })
      : missing(c);
  });
  door.get('*', async (c) => {
    const path = decode(c.req.path);
    if (path === undefined) return missing(c);
    const last = path.slice(path.lastIndexOf('/') + 1);
    if (last !== '' && !last.includes('.')) return c.redirect(`${path}/`, 301);
    const found = await site.open(`${path.slice(1)}${last === '' ? 'index.html' : ''}`).catch(() => undefined);
    if (!found) return missing(c);
    const { info, source } = found;
    const etag = `"${info.etag.replaceAll('"', '')}"`;
    const headers = {
      etag,
      'content-type': info.contentType ?? 'application/octet-stream',
      'cache-control': info.cacheControl ?? 'no-cache',
    };
    if (
      c.req
        .header('if-none-match')
        ?.split(',')
        .some((known) => known.trim().replace(/^W\//, '') === etag)
    )
      return c.body(null, 304, headers);
    return c.body(source.stream(), 200, { ...headers, 'content-length': String(info.sizeBytes) });
  });
  return door;
}

function decode(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes('\0') || decoded.includes('..') || decoded.includes('//') ? undefined : decoded;
  } catch {
    return undefined;
  }
}
