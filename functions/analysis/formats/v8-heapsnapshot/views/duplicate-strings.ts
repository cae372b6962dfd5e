import type { Finding } from '../../../../model/analysis.ts';
import type { TableView } from '../../../../model/view.ts';
import { inSlices, type Slices } from '../../../graph/drive.ts';
import { TopList } from '../../../graph/top.ts';
import { bytesInWords, percentInWords } from '../../../series/verdict/words.ts';
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

/**
 * Strings of equal contents that exist more than once. The file's table holds each text once, so duplicates are nodes with one name
 * index and no text is compared. V8 cuts texts at 1,024 characters: of longer ones it cannot be said that they are equal, and they
 * are left out.
 */
export function* findDuplicateStrings(heap: HeapTree): Slices<DuplicateStrings> {
  const { snapshot, tree, pool } = heap;
  const { nodes, strings, header } = snapshot;
  const string = nodeKind(header, 'string');
  const copies = pool.take(strings.count + 1).fill(0);
  const bytes = pool.take(strings.count + 1).fill(0);
  yield* inSlices(0, nodes.count, (from, to) => {
    for (let node = from; node < to; node++) {
      if (nodes.type[node] !== string || nodes.name[node]! >= strings.count) continue;
      if (tree.position[node]! >= tree.reached) continue;
      const text = nodes.name[node]!;
      copies[text] = copies[text]! + 1;
      bytes[text] = bytes[text]! + nodes.selfSize[node]!;
    }
  });
  const top = new TopList(ROWS);
  const wastedOf = (text: number): number => bytes[text]! - bytes[text]! / copies[text]!;
  let wastedBytes = 0;
  yield* inSlices(0, strings.count, (from, to) => {
    for (let text = from; text < to; text++) {
      if (copies[text]! < 2 || bytes[text]! > MAX_TEXT_BYTES * copies[text]!) continue;
      const wasted = wastedOf(text);
      wastedBytes += wasted;
      top.add(text, wasted);
    }
  });
  const rows = top
    .sorted()
    .map((text) => [strings.get(text, 60), copies[text]!, bytes[text]!, Math.round(wastedOf(text))]);
  pool.give(copies);
  pool.give(bytes);
  wastedBytes = Math.round(wastedBytes);
  if (rows.length === 0) return { view: undefined, wastedBytes };
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
    rows,
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
