import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ignore } from './durable.ts';
import { fromBytes, parseName, toBytes } from './key-path.ts';
import type { Ending } from './key-path.ts';

interface Entry {
  /** The key so far, as bytes. */
  readonly bytes: string;
  readonly ending: Ending;
  readonly path: string;
}

/** At most `limit` keys that begin with `prefix` and come after `after`, in byte order. */
export async function listKeys(
  root: string,
  { prefix, after, limit }: { prefix: string; after: string | undefined; limit: number },
): Promise<string[]> {
  const start = toBytes(prefix);
  const last = after === undefined ? undefined : toBytes(after);
  const keys: string[] = [];
  // A stack, not recursion: a key may have 500 segments. The next entry in order is on top.
  const stack: Entry[] = [{ bytes: '', ending: 'd', path: root }];
  while (keys.length < limit) {
    const entry = stack.pop();
    if (!entry) break;
    if (entry.ending === 'o') keys.push(fromBytes(entry.bytes));
    else stack.push(...(await childrenOf(entry)).filter((child) => mayHold(child, start, last)));
  }
  return keys;
}

/** Last in order first. */
async function childrenOf(folder: Entry): Promise<Entry[]> {
  const names = (await readdir(folder.path).catch(ignore('ENOENT', 'ENOTDIR'))) ?? [];
  const entries: Entry[] = [];
  for (const name of names) {
    const parsed = parseName(name);
    if (parsed) {
      entries.push({ bytes: folder.bytes + parsed.bytes, ending: parsed.ending, path: join(folder.path, name) });
    }
  }
  return entries.sort((a, b) => (a.bytes < b.bytes ? 1 : a.bytes > b.bytes ? -1 : 0));
}

function mayHold({ bytes, ending }: Entry, prefix: string, after: string | undefined): boolean {
  if (ending === 'o') return bytes.startsWith(prefix) && (after === undefined || bytes > after);
  if (!bytes.startsWith(prefix) && !prefix.startsWith(bytes)) return false;
  // A folder is behind the cursor when even its last key is: unless it sorts after the cursor or holds it.
  return after === undefined || bytes > after || after.startsWith(bytes);
}
