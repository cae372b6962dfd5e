import { Hono } from 'hono';
import { contentSecurityPolicy, SECURITY_HEADERS } from '../../web/security.ts';
import { missingPage } from '../api/missing-page.ts';
import type { FileObjects } from '../platform/objects/files.ts';

/**
 * What the CDN does, on one machine: the published site from its store. Folders are their `index.html`, conditional
 * requests are answered 304, and everything carries the security headers.
 */
export function siteDoor(site: FileObjects): Hono {
  const door = new Hono();
  const policy = contentSecurityPolicy();
  door.use('*', async (c, next) => {
    await next();
    c.header('content-security-policy', policy);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
  });
  door.get('*', async (c) => {
    const path = decode(c.req.path);
    if (path === undefined) return missingPage(site);
    const last = path.slice(path.lastIndexOf('/') + 1);
    if (last !== '' && !last.includes('.')) return c.redirect(`${path}/`, 301);
    const found = await site.open(`${path.slice(1)}${last === '' ? 'index.html' : ''}`).catch(() => undefined);
    if (!found) return missingPage(site);
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
