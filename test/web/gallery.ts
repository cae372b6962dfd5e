import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { publishEverything } from '../../functions/hub/publish/publish.ts';
import { openExample } from './example-case.ts';
import { memoryHub, type MemoryObjects } from './memory-hub.ts';

/** Publishes the worked example, and an empty hub below `empty/`, into a folder that any static server can serve. */
export async function writeGallery(folder: string, builtSite: string, publicUrl: string): Promise<Map<string, string>> {
  const assets = await writeAssets(folder, builtSite);
  const hub = memoryHub({ publicUrl, assets });
  const ids = await openExample(hub, 'hidden');
  await publishEverything(hub.deps);
  await writeObjects(hub.site, folder);
  const empty = memoryHub({ publicUrl, assets });
  await publishEverything(empty.deps);
  await writeObjects(empty.site, join(folder, 'empty'));
  return ids;
}

/** Puts script and styles beside the pages; returns how pages name them. */
export async function writeAssets(folder: string, builtSite: string): Promise<{ script: string; style: string }> {
  const manifest = JSON.parse(await readFile(join(builtSite, 'manifest.json'), 'utf8')) as Record<
    string,
    { file: string; css?: string[] }
  >;
  const client = manifest['client.tsx'];
  await cp(join(builtSite, 'assets'), join(folder, 'assets'), { recursive: true });
  return { script: `/${client?.file ?? ''}`, style: `/${client?.css?.[0] ?? ''}` };
}

export async function writeObjects(objects: MemoryObjects, folder: string): Promise<void> {
  for (const [key, { bytes }] of objects.held) {
    const path = join(folder, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}
