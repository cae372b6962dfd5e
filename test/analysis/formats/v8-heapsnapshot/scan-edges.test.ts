import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../../functions/analysis/formats/v8-heapsnapshot/header.ts';
import {
  allocateColumns,
  EdgeColumns,
  EdgeRecords,
  type RecordNotes,
} from '../../../../functions/analysis/formats/v8-heapsnapshot/record-columns.ts';
import { scanEdges } from '../../../../functions/analysis/formats/v8-heapsnapshot/scan-edges.ts';
import { scanCarefully, UNUSUAL } from '../../../../functions/analysis/formats/v8-heapsnapshot/scan-numbers.ts';
import { StringNeeds } from '../../../../functions/analysis/formats/v8-heapsnapshot/string-needs.ts';

const header = readHeader(
  JSON.stringify({
    meta: {
      node_fields: ['type', 'name', 'id', 'self_size', 'edge_count'],
      node_types: [['object']],
      edge_fields: ['type', 'name_or_index', 'to_node'],
      edge_types: [['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak']],
    },
  }),
);
const NODES = 200_000_000;
const STRINGS = 12_000_000;

interface Read {
  readonly to: number[];
  readonly label: number[];
  readonly names: number[];
  readonly shortcuts: number;
}

function readBy(
  text: string,
  read: (bytes: Uint8Array, columns: EdgeColumns, needs: StringNeeds, notes: RecordNotes) => number,
): Read | undefined {
  // Digits after the end are nobody's.
  const bytes = new TextEncoder().encode(`${text}1234567890123456`);
  const columns = new EdgeColumns(allocateColumns((size) => new ArrayBuffer(size), 0, text.length));
  const needs = new StringNeeds(new ArrayBuffer(STRINGS));
  const notes: RecordNotes = { badTargets: 0, shortcuts: 0, detached: 0, traced: 0 };
  const rows = read(bytes.subarray(0), columns, needs, notes);
  if (rows < 0) return undefined;
  const names = [...columns.label.subarray(0, rows)]
    .map((label) => label & 0x1fff_ffff)
    .filter((name) => needs.has(name));
  return {
    to: [...columns.to.subarray(0, rows)],
    label: [...columns.label.subarray(0, rows)],
    names,
    shortcuts: notes.shortcuts,
  };
}

const records = new EdgeRecords(header);

const fast = (text: string): Read | undefined =>
  readBy(text, (bytes, columns, needs, notes) => {
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return scanEdges(bytes, words, 0, text.length, 0, records.scanInto(columns, needs, NODES)!, notes);
  });

const careful = (text: string): Read | undefined =>
  readBy(text, (bytes, columns, needs, notes) => {
    const numbers = new Uint32Array(text.length);
    const { count, odd } = scanCarefully(bytes, 0, text.length, numbers);
    records.decode(numbers, count, columns, 0, needs, notes, NODES);
    return odd > 0 ? UNUSUAL : count / 3;
  });

const digits = (most: number): fc.Arbitrary<number> =>
  fc.integer({ min: 1, max: most }).chain((length) => fc.integer({ min: 0, max: 10 ** length - 1 }));
const edge = fc.tuple(
  fc.integer({ min: 0, max: 6 }),
  digits(7),
  digits(9).map((to) => (to % NODES) * 5),
  fc.constantFrom('', '\n', ' \n'),
);
const text = fc
  .array(edge, { minLength: 1, maxLength: 30 })
  .map((edges) => edges.map(([type, label, to, space]) => `${type},${label},${to}${space},`).join(''));

describe('edges four digits at a time', () => {
  it('are those that one digit after the other gives', () => {
    fc.assert(
      fc.property(text, (edges) => {
        const read = fast(edges);
        // A target of ten digits is for others.
        if (/\d{10}/.test(edges)) expect(read).toBeUndefined();
        else expect(read).toEqual(careful(edges));
      }),
      { numRuns: 300 },
    );
  });

  it('are left to those who read with care where one byte is another', () => {
    const change = fc.tuple(text, fc.nat(), fc.integer({ min: 0, max: 127 }));
    fc.assert(
      fc.property(change, ([edges, where, byte]) => {
        const at = where % (edges.length - 1);
        const changed = edges.slice(0, at) + String.fromCharCode(byte) + edges.slice(at + 1);
        // As many values as there were: the owner of the text has counted its commas.
        fc.pre(changed.split(',').length === edges.split(',').length);
        const read = fast(changed);
        if (read !== undefined) expect(read).toEqual(careful(changed));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    '0,1,:,',
    '0,1,12:4,',
    '0,p,5,',
    '0,1Q2,5,',
    '0,,5,',
    '0,1,,',
    '8,1,5,',
    '0,1,6,',
    '0,-1,5,',
    '0,1.5,5,',
    '0,1,1234567890,',
    '12,1,5,',
  ])('%s is unusual', (odd) => expect(fast(odd)).toBeUndefined());
});
