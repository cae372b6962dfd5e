import { TARGET } from '../../graph/object-graph.ts';
import type { Heap } from './heap.ts';
import type { ObjectReader, RawObject } from './object-reader.ts';
import { staticTarget } from './static-target.ts';

/** What says which JVM on which system, and nothing of whose. */
const TOLD = [
  'java.version',
  'java.runtime.version',
  'java.vm.name',
  'java.vm.version',
  'java.vm.vendor',
  'os.name',
  'os.version',
  'os.arch',
];
/** A JVM has about 60, an application server some hundred. */
const MAX_ENTRIES = 5000;
const MAX_TEXT = 200;

/** Those system properties that say what ran the program, in the order above. Empty where the dump does not have them, or not as text (it was redacted). */
export async function readSystemProperties(heap: Heap, reader: ObjectReader): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const follow = async (raw: RawObject | undefined, field: string): Promise<RawObject | undefined> => {
    const node = raw && reader.follow(raw, field);
    if (node === undefined) return undefined;
    await reader.read([node]);
    return reader.get(node);
  };
  // Android keeps those that the program cannot set apart.
  for (const field of ['props', 'unchangeableProps']) {
    const node = staticTarget(heap, 'java.lang.System', field);
    if (node === undefined) continue;
    await reader.read([node]);
    const properties = reader.get(node);
    // Since JDK 9 the entries are in a map of their own.
    const table = await follow((await follow(properties, 'map')) ?? properties, 'table');
    if (table === undefined) continue;
    const texts = await readEntries(heap, reader, table.node);
    for (const name of TOLD) {
      const text = texts.get(name);
      if (text !== undefined && !found.has(name)) found.set(name, text.slice(0, MAX_TEXT));
    }
  }
  return found;
}

/** Keys and values of the entries of a hash table, each with those that follow it. */
async function readEntries({ graph }: Heap, reader: ObjectReader, table: number): Promise<Map<string, string>> {
  let entries: number[] = [];
  for (let edge = graph.firstEdge[table]!, end = graph.firstEdge[table + 1]!; edge < end; edge++)
    entries.push(graph.edgeTo[edge]! & TARGET);
  const pairs: (readonly [key: number, value: number])[] = [];
  const seen = new Set<number>();
  while (entries.length > 0 && pairs.length < MAX_ENTRIES) {
    entries = entries.filter((node) => !seen.has(node)).slice(0, MAX_ENTRIES);
    for (const node of entries) seen.add(node);
    await reader.read(entries);
    const next: number[] = [];
    for (const node of entries) {
      const raw = reader.get(node);
      if (raw === undefined) continue;
      const [key, value] = [reader.follow(raw, 'key'), reader.follow(raw, 'val') ?? reader.follow(raw, 'value')];
      if (key !== undefined && value !== undefined) pairs.push([key, value]);
      const following = reader.follow(raw, 'next');
      if (following !== undefined) next.push(following);
    }
    entries = next;
  }
  const texts = await reader.texts(pairs.flat());
  return new Map(
    pairs.flatMap(([key, value]) => {
      const [name, text] = [texts.get(key), texts.get(value)];
      return name === undefined || text === undefined ? [] : [[name, text] as const];
    }),
  );
}
