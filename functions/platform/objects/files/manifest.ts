import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ObjectInfo } from '../objects.ts';
import { ignore } from './durable.ts';

/**
 * One version of one object, in the file that stands for its key. Its bytes lie in files of this version alone, never
 * written again and removed with it, so a reader gets this version or an error, and parts are joined without copying.
 */
export const Manifest = z.object({
  key: z.string(),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  etag: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  modifiedAtMs: z.number(),
  contentType: z.string().optional(),
  cacheControl: z.string().optional(),
  segments: z.array(
    z.object({
      /** Below the folder `data`. */
      file: z.string().regex(/^[0-9a-f]{2}\/[0-9a-f]{32}\.[0-9]{1,5}$/),
      sizeBytes: z.number().int().nonnegative(),
    }),
  ),
});
export type Manifest = z.infer<typeof Manifest>;

/** Undefined where there is no file. */
export async function readManifest(path: string): Promise<Manifest | undefined> {
  const text = await readFile(path, 'utf8').catch(ignore('ENOENT', 'ENOTDIR'));
  return text === undefined ? undefined : Manifest.parse(JSON.parse(text));
}

export interface FileInfo extends ObjectInfo {
  readonly cacheControl?: string;
}

export function infoOf(manifest: Manifest): FileInfo {
  const { key, sizeBytes, etag, modifiedAtMs, contentType, cacheControl } = manifest;
  return {
    key,
    sizeBytes,
    etag,
    modifiedAtMs,
    ...(contentType === undefined ? {} : { contentType }),
    ...(cacheControl === undefined ? {} : { cacheControl }),
  };
}
