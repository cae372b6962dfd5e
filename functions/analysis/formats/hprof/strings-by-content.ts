import type { Run } from '../../analyser.ts';
import type { ColumnPool } from '../../graph/column-pool.ts';
import { inLightSlices, inSlices, type Pause, type Slices } from '../../graph/drive.ts';
import { NONE } from '../../graph/object-graph.ts';
import { TopList } from '../../graph/top.ts';
import { perform, type Task } from '../../parallel.ts';
import type { ClassTable } from './class-table.ts';
import type { Edges } from './edge-writer.ts';
import type { NodeColumns } from './node-columns.ts';
import { BYTE_TYPE, CHAR_TYPE } from './tags.ts';

/** Longer texts are not compared: nearly all are shorter, and these few are rarely alike. */
export const MAX_TEXT_BYTES = 4096;
const TOP = 100;

export interface DuplicateText {
  /** Node of one string with this text. */
  readonly string: number;
  readonly count: number;
  /** Bytes of all but one, string and characters. */
  readonly wastedBytes: number;
}

export interface DuplicateStrings {
  readonly strings: number;
  readonly distinct: number;
  readonly wastedBytes: number;
  /** Most bytes wasted first. */
  readonly top: readonly DuplicateText[];
}

interface TextInput {
  readonly firstObject: number;
  readonly nodeCount: number;
  readonly firstEdge: Uint32Array;
  readonly edgeTo: Uint32Array;
  readonly shallow: Uint32Array | Float64Array;
  readonly classOf: Uint32Array;
  /** Id of the class of strings, and how many there are. */
  readonly stringClass: number;
  readonly strings: number;
  /** By node, of arrays; used up: an array that was counted loses its own. */
  readonly hashes: Uint32Array;
  /** Scratch: a power of two of places, more than there are strings. */
  readonly tables: readonly [keys: Uint32Array, counts: Uint32Array, first: Uint32Array];
}

/** Of the contents of an array of bytes or characters; 0 for none. 32 bits: of ten million texts some 10,000 pairs collide by chance. */
export function hashText(view: DataView, type: number, at: number, length: number): number {
  if (type !== BYTE_TYPE && type !== CHAR_TYPE) return 0;
  const bytes = type === CHAR_TYPE ? 2 * length : length;
  if (bytes === 0 || bytes > MAX_TEXT_BYTES) return 0;
  let hash = Math.imul(bytes, 0x9e37_79b1) ^ type;
  const words = at + (bytes & ~3);
  let p = at;
  for (; p < words; p += 4) {
    hash = Math.imul(hash ^ view.getInt32(p), 0x85eb_ca6b);
    hash ^= hash >>> 15;
  }
  for (const end = at + bytes; p < end; p++) hash = Math.imul(hash ^ view.getUint8(p), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0 || 1;
}

/** Strings whose characters are alike. Strings that share one array (deduplicated by the collector, or substrings of old JDKs) waste nothing. */
export const countDuplicates: Task<TextInput, DuplicateStrings> = { name: 'hprof-texts', start: count };

function* count(input: TextInput): Slices<DuplicateStrings> {
  const { firstObject, nodeCount, firstEdge, edgeTo, shallow, classOf, stringClass, strings, hashes, tables } = input;
  const [keys, counts, first] = tables;
  const slots = keys.length;
  keys.fill(0);
  yield 0;
  counts.fill(0);
  yield 0;
  let distinct = 0;
  let wastedBytes = 0;
  yield* inSlices(firstObject, nodeCount, (start, end) => {
    for (let node = start; node < end; node++) {
      if (classOf[node] !== stringClass || firstEdge[node] === firstEdge[node + 1]) continue;
      const array = edgeTo[firstEdge[node]!]! & 0x7fff_ffff;
      const key = hashes[array]!;
      if (key === 0) continue;
      hashes[array] = 0;
      let slot = key & (slots - 1);
      while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & (slots - 1);
      if (keys[slot] === 0) {
        keys[slot] = key;
        first[slot] = node;
        distinct++;
      } else wastedBytes += shallow[node]! + shallow[array]!;
      counts[slot] = counts[slot]! + 1;
    }
  });
  const waste = (slot: number): number => {
    const node = first[slot]!;
    return (counts[slot]! - 1) * (shallow[node]! + shallow[edgeTo[firstEdge[node]!]! & 0x7fff_ffff]!);
  };
  // Counts are at hand as a column; bytes differ too little between texts of many copies to be worth another one.
  const most = new TopList(4 * TOP);
  yield* inLightSlices(0, slots, (start, end) => {
    for (let slot = start; slot < end; slot++) if (counts[slot]! > 1) most.add(slot, counts[slot]!);
  });
  const top = most
    .sorted()
    .map((slot) => ({ string: first[slot]!, count: counts[slot]!, wastedBytes: waste(slot) }))
    .sort((a, b) => b.wastedBytes - a.wastedBytes)
    .slice(0, TOP);
  return { strings, distinct, wastedBytes, top };
}

/** Gives the column of hashes back. */
export async function compareStrings(
  {
    classes,
    columns,
    edges,
    hashes,
    pool,
  }: { classes: ClassTable; columns: NodeColumns; edges: Edges; hashes: Uint32Array; pool: ColumnPool },
  run: Run,
  pause: Pause,
): Promise<DuplicateStrings> {
  const { numbers, instancesOf, classOf, shallow } = columns;
  const stringClass = classes.find('java.lang.String') ?? NONE;
  const strings = instancesOf.reduce((sum, some, cls) => sum + (classes.nameIds[cls] === stringClass ? some : 0), 0);
  let slots = 1024;
  while (slots < 1.5 * strings) slots *= 2;
  const tables = [pool.take(slots), pool.take(slots), pool.take(slots)] as const;
  const input = { ...numbers, ...edges, classOf, shallow, stringClass, strings, hashes, tables };
  const duplicates = await perform(countDuplicates, input, run, pause);
  for (const column of [...tables, hashes]) pool.give(column);
  return duplicates;
}
