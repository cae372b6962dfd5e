import { z } from 'zod';
import { isAppError } from '../../model/error.ts';
import type { Objects } from '../../platform/objects/objects.ts';
import { sha256, type SiteFile } from './site-file.ts';

/**
 * What stands on the site for one investigation: key -> hash of its content. It says what need not be written again and,
 * above all, what must go: a page of evidence that was hidden since. An empty hash means "may be there".
 */
const Published = z.object({ files: z.record(z.string(), z.string()), stamps: z.record(z.string(), z.string()) });
export type Published = z.infer<typeof Published>;

export async function readPublished(site: Objects, key: string): Promise<Published> {
  try {
    return Published.parse(JSON.parse(new TextDecoder().decode(await site.read(key))));
  } catch (error) {
    if (isAppError(error) && error.code === 'not-found') return { files: {}, stamps: {} };
    throw error;
  }
}

export interface SiteChange {
  /** In the order in which they are to appear: what is linked to comes before what links. */
  readonly files: readonly SiteFile[];
  /** Files that stay as they are. */
  readonly kept: readonly string[];
  /** Opaque to this file: what made each part, so that an unchanged part is not made again. */
  readonly stamps: Readonly<Record<string, string>>;
}

/**
 * Deletes what is no longer published, then writes what changed. The list of what may be there is stored before the
 * first new file, so after a crash at any point the next publish still knows what to delete.
 */
export async function writeSite(
  site: Objects,
  listKey: string,
  before: Published,
  change: SiteChange,
): Promise<{ written: number; deleted: number; published: Published }> {
  const hashes = new Map(change.files.map((file) => [file.key, sha256(file.body)]));
  const wanted = new Set([...hashes.keys(), ...change.kept]);
  const stale = Object.keys(before.files).filter((key) => !wanted.has(key));
  const fresh = change.files.filter((file) => before.files[file.key] !== hashes.get(file.key));
  if (fresh.some((file) => !(file.key in before.files))) {
    const maybe = Object.fromEntries(fresh.map((file) => [file.key, '']));
    const same = Object.entries(before.stamps).filter(([part, stamp]) => change.stamps[part] === stamp);
    await putList(site, listKey, { files: { ...before.files, ...maybe }, stamps: Object.fromEntries(same) });
  }
  for (const key of stale) await site.delete(key);
  for (const file of fresh) {
    await site.put(file.key, file.body, { contentType: file.contentType, cacheControl: file.cacheControl });
  }
  const after = {
    files: Object.fromEntries([...wanted].sort().map((key) => [key, hashes.get(key) ?? before.files[key] ?? ''])),
    stamps: { ...change.stamps },
  };
  if (fresh.length + stale.length > 0 || JSON.stringify(after) !== JSON.stringify(before)) {
    await putList(site, listKey, after);
  }
  return { written: fresh.length, deleted: stale.length, published: after };
}

async function putList(site: Objects, key: string, list: Published): Promise<void> {
  await site.put(key, JSON.stringify(list), { contentType: 'application/json', cacheControl: 'no-store' });
}
