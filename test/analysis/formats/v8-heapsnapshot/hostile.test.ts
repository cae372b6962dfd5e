import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../functions/model/error.ts';
import { Analysis } from '../../../../functions/model/analysis.ts';
import { v8HeapSnapshot } from '../../../../functions/analysis/formats/v8-heapsnapshot/index.ts';
import { analyse } from '../../../../functions/analysis/run.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { buildSnapshot, type PlainEdge, type PlainNode } from './build-snapshot.ts';

const folder = sharedPath('fixtures', 'hostile');

function read(name: string): Promise<Analysis> {
  return analyse(sourceOf(readFileSync(`${folder!}/${name}`)), name, testRun(), [v8HeapSnapshot]);
}

describe.skipIf(folder === undefined)('hostile heap snapshots', () => {
  it('half a file gives the half that is there', async () => {
    const analysis = await read('truncated.heapsnapshot.gz');
    expect(analysis.warnings.some((text) => text.startsWith('truncated'))).toBe(true);
    expect(analysis.facts.find(({ name }) => name === 'objects')?.value).toBeGreaterThan(1000);
  });

  it('edges and strings out of range are passed over with a warning', async () => {
    const analysis = await read('bad_edge_index.heapsnapshot');
    expect(analysis.warnings.join()).toMatch(/1 references lead to no object/);
    expect(Analysis.parse(analysis).facts.find(({ name }) => name === 'objects')?.value).toBe(2);
  });

  for (const name of ['bomb_1GiB.heapsnapshot.gz', 'hprof_named.heapsnapshot'])
    it(`${name} is refused`, async () => {
      await expect(read(name)).rejects.toBeInstanceOf(AppError);
    });
});

describe('adversarial shapes', () => {
  it('three thousand links in a row, through every view and rule', async () => {
    const nodes: PlainNode[] = [{ type: 'synthetic', name: '' }];
    const rows: PlainEdge[] = [];
    for (let i = 1; i <= 3000; i++) {
      nodes.push({ type: 'object', name: 'ListNode', size: 100 });
      rows.push({ from: i - 1, to: i, type: i === 1 ? 'shortcut' : 'property', name: 'next' });
    }
    const analysis = await v8HeapSnapshot.analyse(sourceOf(buildSnapshot(nodes, rows)), testRun());
    expect(analysis.findings[0]?.evidence).toMatchObject({
      class: 'ListNode',
      instances: 3000,
      retainedBytes: 300_000,
    });
  });

  it('names that are no names: prototypes, markup, control characters', async () => {
    for (const name of [
      '__proto__',
      'constructor',
      '<script>alert(1)</script>',
      '\u0000\u001f"\\',
      '\ud800',
      'x'.repeat(5000),
    ]) {
      const text = buildSnapshot(
        [
          { type: 'synthetic', name: '' },
          { type: 'object', name, size: 8 },
        ],
        [{ from: 0, to: 1, type: 'shortcut', name }],
      );
      const analysis = Analysis.parse(await v8HeapSnapshot.analyse(sourceOf(text), testRun()));
      expect(analysis.facts.find((fact) => fact.name === 'reachableBytes')?.value).toBe(8);
    }
  });
});
