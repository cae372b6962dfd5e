import type { Objects } from '../platform/objects/objects.ts';

export async function deletePrefix(objects: Objects, prefix: string): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await objects.list(prefix, { cursor });
    for (const { key } of page.objects) await objects.delete(key);
    cursor = page.cursor;
  } while (cursor !== undefined);
}
