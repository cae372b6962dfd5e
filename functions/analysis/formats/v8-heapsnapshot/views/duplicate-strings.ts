import type { Finding } from '../../../../model/analysis.ts';
import type { TableView } from '../../../../model/view.ts';
import { inSlices, type Slices } from '../../../graph/drive.ts';
import { TopList } from '../../../graph/top.ts';
import { bytesInWords, percentInWords } from '../../../series/verdict/words.ts';
import type { Task } from '../../../parallel.ts';
import type { HeapTree } from '../heap.ts';
import { nodeKind } from '../node-kinds.ts';

const ROWS = 200;
/** 1,023 characters of one byte and a header. */
const MAX_TEXT_BYTES = 1040;
const MIN_WASTED_BYTES = 64 * 1024;
const MIN_SHARE = 0.05;

export interface DuplicateStrings {
  readonly view: TableView | undefined;
  readonly wastedBytes: number;
}

/** Texts of the file's table by the bytes that nodes of one text take beyond the first. */
interface CountedTexts {
  readonly wastedBytes: number;
  /** Most bytes wasted first: string index, nodes, bytes of them all. */
  readonly top: readonly (readonly [text: number, copies: number, bytes: number])[];
}

interface TextInput {
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly selfSize: Uint32Array | Float64Array;
  readonly position: Uint32Array;
  /** Positions of what the root reaches are below. */
  readonly reached: number;
  /** Type of nodes that are strings. */
  readonly string: number;
  /** Scratch, a row a text. */
  readonly copies: Uint32Array;
  readonly bytes: Uint32Array;
}

/** Counts the nodes of each text; it changes nothing but its scratch. */
export const countTexts: Task<TextInput, CountedTexts> = { name: 'v8-texts', start: count };

function* count(input: TextInput): Slices<CountedTexts> {
  const { type, name, selfSize, position, reached, string } = input;
  const [copies, bytes] = [input.copies.fill(0), input.bytes.fill(0)];
  yield* inSlices(0, type.length, (from, to) => {
    for (let node = from; node < to; node++) {
      if (type[node] !== string || position[node]! >= reached) continue;
      const text = name[node]!;
      if (text >= copies.length) continue;
      copies[text] = copies[text]! + 1;
      bytes[text] = bytes[text]! + selfSize[node]!;
    }
  });
  const top = new TopList(ROWS);
  let wastedBytes = 0;
  yield* inSlices(0, copies.length, (from, to) => {
    for (let text = from; text < to; text++) {
      if (copies[text]! < 2 || bytes[text]! > MAX_TEXT_BYTES * copies[text]!) continue;
      const wasted = wastedOf(copies[text]!, bytes[text]!);
      wastedBytes += wasted;
      top.add(text, wasted);
    }
  });
  return { wastedBytes, top: top.sorted().map((text) => [text, copies[text]!, bytes[text]!] as const) };
}

const wastedOf = (copies: number, bytes: number): number => bytes - bytes / copies;

/**
 * Strings of equal contents that exist more than once. The file's table holds each text once, so duplicates are nodes with one name
 * index and no text is compared. V8 cuts texts at 1,024 characters: of longer ones it cannot be said that they are equal, and they
 * are left out.
 */
export async function findDuplicateStrings({ snapshot, tree, pool, perform }: HeapTree): Promise<DuplicateStrings> {
  const { nodes, strings, header } = snapshot;
  const { type, name, selfSize } = nodes;
  const { position, reached } = tree;
  const [copies, bytes] = [pool.take(strings.count), pool.take(strings.count)];
  const string = nodeKind(header, 'string');
  const counted = await perform(countTexts, { type, name, selfSize, position, reached, string, copies, bytes });
  pool.give(copies);
  pool.give(bytes);
  const wastedBytes = Math.round(counted.wastedBytes);
  if (counted.top.length === 0) return { view: undefined, wastedBytes };
  const view: TableView = {
    kind: 'table',
    name: 'duplicate-strings',
    title: 'Duplicate strings',
    columns: [
      { name: 'text' },
      { name: 'copies', unit: 'count' },
      { name: 'bytes', unit: 'bytes' },
      { name: 'wastedBytes', unit: 'bytes' },
    ],
    rows: counted.top.map(([text, some, all]) => [strings.get(text, 60), some, all, Math.round(wastedOf(some, all))]),
    note: 'Texts are cut at 32 bytes.',
  };
  return { view, wastedBytes };
}

/** Rule heap/duplicate-strings: bytes that equal strings take beyond the first of each. */
export function judgeDuplicateStrings({ view, wastedBytes }: DuplicateStrings, programBytes: number): Finding[] {
  const share = wastedBytes / programBytes;
  if (view === undefined || wastedBytes < MIN_WASTED_BYTES || share < MIN_SHARE) return [];
  return [
    {
      rule: 'heap/duplicate-strings',
      severity: 'note',
      confidence: 0.9,
      title: `Equal strings take ${bytesInWords(wastedBytes)} beyond the first of each (${percentInWords(share)} of the program's data)`,
      evidence: {
        kind: 'duplicated-data',
        wastedBytes,
        share: Math.round(share * 10_000) / 10_000,
        copies: view.rows[0]?.[1],
      },
      view: view.name,
      advice:
        'Keep repeated values once: intern them in a Map while parsing, use numbers or constants for states, or store what repeats in the parent.',
      limits: 'Duplicates are waste, not growth: they are a leak only where what holds them is one.',
      fingerprint: 'heap|duplicate-strings',
    },
  ];
}
