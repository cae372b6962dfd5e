import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../functions/model/error.ts';
import { Analysis } from '../../../../functions/model/analysis.ts';
import { v8HeapSnapshot } from '../../../../functions/analysis/formats/v8-heapsnapshot/index.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { buildSnapshot, leakingSnapshot, NODE_20, NODE_24, SHUFFLED } from './build-snapshot.ts';

const analyse = (text: string | Uint8Array, chunkBytes?: number): Promise<Analysis> =>
  v8HeapSnapshot.analyse(sourceOf(text, chunkBytes), testRun());

const fact = (analysis: Analysis, name: string): unknown => analysis.facts.find((one) => one.name === name)?.value;

function rows(analysis: Analysis, name: string): (string | number | null)[][] {
  const view = analysis.views.find((one) => one.name === name);
  return view?.kind === 'table' ? view.rows : [];
}

describe('V8 heap snapshot', () => {
  for (const [name, layout] of Object.entries({ NODE_20, NODE_24, SHUFFLED })) {
    it(`reads fields through meta (${name})`, async () => {
      const analysis = await analyse(leakingSnapshot(10, layout));
      expect(analysis.warnings).toEqual([]);
      expect(fact(analysis, 'objects')).toBe(25);
      expect(fact(analysis, 'edges')).toBe(24);
      expect(fact(analysis, 'shallowBytes')).toBe(50 + 32 + 40 + 160 + 10 * 150);
      expect(fact(analysis, 'reachableBytes')).toBe(50 + 32 + 40 + 160 + 10 * 150);
      expect(rows(analysis, 'histogram')).toContainEqual(['LeakedSession', 10, 1000, 1500]);
      // The table's bytes belong to its Map.
      expect(rows(analysis, 'histogram')).toContainEqual(['Map', 1, 200, 1700]);
      expect(Analysis.parse(analysis)).toEqual(analysis);
    });
  }

  it('gives the same at chunks of 1, 7 and 65,536 bytes', async () => {
    const text = leakingSnapshot(40);
    const whole = await analyse(text);
    for (const chunkBytes of [1, 7, 65_536]) expect(await analyse(text, chunkBytes)).toEqual(whole);
  });

  it('follows no weak edge, no shortcut below the root, and only the key of a WeakMap', async () => {
    const analysis = await analyse(
      buildSnapshot(
        [
          { type: 'synthetic', name: '' },
          { type: 'object', name: 'Global', size: 1 },
          { type: 'object', name: 'WeakMap', size: 2 },
          { type: 'object', name: 'Key', size: 4 },
          { type: 'object', name: 'Value', size: 8 },
          { type: 'object', name: 'Far', size: 16 },
        ],
        [
          { from: 0, to: 1, type: 'shortcut', name: 'g' },
          { from: 1, to: 2, type: 'property', name: 'map' },
          { from: 1, to: 3, type: 'property', name: 'key' },
          { from: 1, to: 5, type: 'weak', name: 'w' },
          ...[2, 3].map((from) => ({
            from,
            to: 4,
            type: 'internal',
            name: '1 / part of key (Key @7) -> value (Value @9) pair in WeakMap (table @5)',
          })),
          { from: 2, to: 5, type: 'shortcut', name: 's' },
        ],
      ),
    );
    const retained: unknown = Object.fromEntries(rows(analysis, 'histogram').map((row) => [row[0], row[3]]));
    expect(retained).toEqual({ Global: 15, WeakMap: 2, Key: 12, Value: 8, Far: 16 });
    expect(fact(analysis, 'reachableBytes')).toBe(15);
    expect(fact(analysis, 'unreachableObjects')).toBe(1);
  });

  it('says what a truncated file lacks and reads the rest', async () => {
    const text = leakingSnapshot(40);
    for (const part of [0.5, 0.8, 0.97]) {
      const analysis = await analyse(text.slice(0, Math.floor(text.length * part)));
      expect(analysis.warnings[0]).toMatch(/^truncated: the file ends after \d+ bytes/);
      expect(fact(analysis, 'objects')).toBeGreaterThan(20);
    }
  });

  it('ends in a warning, an answer or an AppError, whatever is cut or changed', async () => {
    const bytes = new TextEncoder().encode(leakingSnapshot(12));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) }), { maxLength: 8 }),
        fc.integer({ min: 0, max: bytes.length }),
        async (changes, length) => {
          const mutated = bytes.slice();
          for (const { at, to } of changes) mutated[at] = to;
          try {
            Analysis.parse(await analyse(mutated.subarray(0, changes.length % 2 === 0 ? bytes.length : length), 100));
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('allocates by the size of the file, not by what it declares', async () => {
    const text = leakingSnapshot(5).replace(
      /"node_count":\d+,"edge_count":\d+/,
      '"node_count":4000000000,"edge_count":4000000000',
    );
    const analysis = await analyse(text);
    expect(fact(analysis, 'objects')).toBe(15);
    expect(analysis.warnings[0]).toContain('declares 4000000000 objects');
  });

  it('counts classes only, and says so, when the graph cannot fit the memory that it may use', async () => {
    const text = leakingSnapshot(50);
    const analysis = await v8HeapSnapshot.analyse(sourceOf(text, 7), testRun({ limits: { memoryBytes: 1000 } }));
    expect(Analysis.parse(analysis).warnings[0]).toMatch(/^histogram only: /);
    expect(fact(analysis, 'objects')).toBe(105);
    expect(fact(analysis, 'shallowBytes')).toBe(fact(await analyse(text), 'shallowBytes'));
    expect(rows(analysis, 'histogram')).toContainEqual(['LeakedSession', 50, 5000, null]);
    expect(rows(analysis, 'histogram')).toContainEqual(['(string)', 50, 2500, null]);
  });

  it('obeys abort', async () => {
    const run = testRun({ signal: AbortSignal.abort() });
    await expect(v8HeapSnapshot.analyse(sourceOf(leakingSnapshot(5)), run)).rejects.toMatchObject({ code: 'aborted' });
  });
});
