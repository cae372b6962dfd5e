import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Objects } from '../platform/objects/objects.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/**
 * The built script and style go into the site before any page names them. Those of earlier builds stay: pages not yet
 * published again and tabs that are still open ask for them. Their names are their content.
 */
export async function putAssets(site: Pick<Objects, 'put'>, programDir: string): Promise<void> {
  const dir = join(programDir, 'web', 'assets');
  for (const name of await readdir(dir)) {
    const contentType = TYPES[extname(name)];
    if (contentType === undefined) throw new Error(`an asset without a media type: ${name}`);
    const cacheControl = 'public, max-age=31536000, immutable';
    await site.put(`assets/${name}`, await readFile(join(dir, name)), { contentType, cacheControl, ifAbsent: true });
  }
}
