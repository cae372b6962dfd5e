import { siteKeys } from '../hub/keys.ts';
import type { Objects } from '../platform/objects/objects.ts';

/** The published page for addresses where nothing is, with the status that says so. A CDN asks again after ten seconds. */
export async function missingPage(site: Pick<Objects, 'read'>): Promise<Response> {
  const page = await site.read(siteKeys.missing).catch(() => 'There is nothing at this address.');
  return new Response(typeof page === 'string' ? page : new Uint8Array(page), {
    status: 404,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'public, max-age=0, s-maxage=10' },
  });
}
