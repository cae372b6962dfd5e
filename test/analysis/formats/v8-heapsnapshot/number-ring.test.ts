import { describe, expect, it } from 'vitest';
import { countCommas } from '../../../../functions/analysis/formats/v8-heapsnapshot/count-commas.ts';
import { readHeader } from '../../../../functions/analysis/formats/v8-heapsnapshot/header.ts';
import { NumberRing } from '../../../../functions/analysis/formats/v8-heapsnapshot/number-ring.ts';
import { NumberSection } from '../../../../functions/analysis/formats/v8-heapsnapshot/number-section.ts';
import {
  CLAIMED,
  DONE,
  NumberSlots,
  RowWriter,
} from '../../../../functions/analysis/formats/v8-heapsnapshot/number-slots.ts';
import { NodeTable } from '../../../../functions/analysis/formats/v8-heapsnapshot/node-table.ts';
import { allocateColumns } from '../../../../functions/analysis/formats/v8-heapsnapshot/record-columns.ts';
import { StringNeeds } from '../../../../functions/analysis/formats/v8-heapsnapshot/string-needs.ts';
import { bytesOf } from '../analyse.ts';
import { leakingSnapshot, NODE_24 } from './build-snapshot.ts';

const shared = (size: number): SharedArrayBuffer => new SharedArrayBuffer(size);

/** A ring with one slot of nodes in it, and what a helper would have of the same memory. */
function offered(): { nodes: NodeTable; ring: NumberRing; helper: RowWriter; slots: NumberSlots } {
  const text = leakingSnapshot(10, NODE_24);
  const header = readHeader(/"snapshot":(\{.*?\}),\s*"nodes"/s.exec(text)![1]!);
  const columns = allocateColumns(shared, header.nodeCount, header.edgeCount);
  const needs = new StringNeeds(shared(StringNeeds.sizeFor(text.length)));
  const ring = new NumberRing(true);
  ring.begin(header, columns, needs);
  const nodes = new NodeTable(header, columns, needs, ring.settle);
  const slot = ring.take();
  const chunk = ring.chunk(slot);
  const numbers = bytesOf(text.slice(text.indexOf('[', text.indexOf('"nodes":')) + 1).split(']')[0]!);
  chunk.set(numbers);
  new NumberSection(nodes, ring).read(chunk.subarray(0, numbers.length), 0, slot);
  const { memory, slots: count } = ring.sharing!;
  const slots = new NumberSlots(count, memory);
  return { nodes, ring, slots, helper: new RowWriter(slots, header, columns, needs) };
}

describe('the ring of numbers', () => {
  it('sees what a helper finished before it looked', () => {
    const { nodes, helper } = offered();
    expect(helper.work()).toBe(true);
    const startedMs = performance.now();
    nodes.finish();
    // It waited for a change that had come already, until its patience ended.
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect(nodes.edgeSum).toBeGreaterThan(10);
  });

  it('does itself what a lost helper has claimed', () => {
    const { nodes, ring, slots } = offered();
    const claimed = [...Array(slots.count).keys()].filter((slot) => slots.claim(slot));
    expect(claimed).toHaveLength(1);
    expect(slots.stateOf(claimed[0]!)).toBe(CLAIMED);
    nodes.finish();
    expect(nodes.edgeSum).toBeGreaterThan(10);
    const taken = Array.from({ length: slots.count - 1 }, () => ring.take());
    expect(taken).not.toContain(claimed[0]);
    // It was only slow: its slot is used again.
    slots.setState(claimed[0]!, DONE);
    expect(ring.take()).toBe(claimed[0]);
  });
});

describe('commas', () => {
  const count = (text: string, start = 0): unknown => {
    const memory = new ArrayBuffer(4 * Math.ceil(text.length / 4));
    const bytes = new Uint8Array(memory);
    bytes.set(bytesOf(text));
    return countCommas(bytes, new Uint32Array(memory), start, text.length);
  };
  it('are counted to the bracket, wherever it stands', () => {
    for (let before = 0; before < 2100; before += 7) {
      const text = `${'1,'.repeat(before)}23],,,`;
      expect(count(text)).toEqual({ commas: before, close: 2 * before + 2 });
      if (before > 1) expect(count(text, 3)).toEqual({ commas: before - 1, close: 2 * before + 2 });
    }
  });
  it('are counted to the end where there is no bracket, letters or not', () => {
    expect(count('1,2,x,4,5,6,7,8,9,')).toEqual({ commas: 9, close: 18 });
  });
});
