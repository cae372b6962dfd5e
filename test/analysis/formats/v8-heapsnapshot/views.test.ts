import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Analysis } from '../../../../functions/model/analysis.ts';
import type { TableView } from '../../../../functions/model/view.ts';
import { v8HeapSnapshot } from '../../../../functions/analysis/formats/v8-heapsnapshot/index.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { buildSnapshot, leakingSnapshot, type PlainEdge, type PlainNode } from './build-snapshot.ts';

async function analyse(bytes: string | Uint8Array): Promise<Analysis> {
  const analysis = await v8HeapSnapshot.analyse(sourceOf(bytes), testRun());
  return Analysis.parse(analysis);
}

function table(analysis: Analysis, name: string): TableView {
  const view = analysis.views.find((one) => one.name === name);
  if (view?.kind !== 'table')
    throw new Error(`no table ${name} among ${analysis.views.map((one) => one.name).join(', ')}`);
  return view;
}

/** An emitter with `count` closures on one event, each with the same string, and a detached element. */
function busySnapshot(count: number): string {
  const nodes: PlainNode[] = [
    { type: 'synthetic', name: '' },
    { type: 'object', name: 'global / ', size: 8 },
    { type: 'object', name: 'Bus', size: 24 },
    { type: 'object', name: 'Object', size: 32 },
    { type: 'object', name: 'Array', size: 8 * count },
    { type: 'native', name: 'HTMLDivElement', size: 100, detachedness: 2 },
    { type: 'native', name: 'HTMLSpanElement', size: 50 },
  ];
  const edges: PlainEdge[] = [
    { from: 0, to: 1, type: 'shortcut', name: 'global' },
    { from: 1, to: 2, type: 'property', name: 'bus' },
    { from: 1, to: 5, type: 'property', name: 'removed' },
    { from: 2, to: 3, type: 'property', name: '_events' },
    { from: 3, to: 4, type: 'property', name: 'change' },
    { from: 5, to: 6, type: 'element', name: 1 },
  ];
  for (let i = 0; i < count; i++) {
    nodes.push({ type: 'closure', name: 'onChange', size: 64 }, { type: 'string', name: 'same', size: 24 });
    edges.push({ from: 4, to: nodes.length - 2, type: 'element', name: i });
    edges.push({ from: nodes.length - 2, to: nodes.length - 1, type: 'internal', name: 'note' });
  }
  return buildSnapshot(nodes, edges);
}

describe('views of a heap snapshot', () => {
  it('count listeners, equal strings, functions, references, and what is detached', async () => {
    const analysis = await analyse(busySnapshot(30));
    expect(table(analysis, 'listeners').rows).toEqual([['Bus', 'change', 30, 30 * (8 + 64 + 24)]]);
    expect(table(analysis, 'duplicate-strings').rows).toEqual([['same', 30, 720, 696]]);
    expect(table(analysis, 'closures').rows).toEqual([['onChange', '', 30, 1920, 30 * 88]]);
    expect(table(analysis, 'collections').rows[0]).toEqual(['Array', 'Object', 30, 240, 30 * 96, 8]);
    expect(table(analysis, 'detached-dom').rows.map(([name]) => name)).toEqual([
      'Detached HTMLDivElement',
      'Detached HTMLSpanElement',
    ]);
  });

  it('list the biggest objects without made-up roots and without parts that belong to others', async () => {
    const { rows } = table(await analyse(leakingSnapshot(100)), 'biggest');
    expect(rows.slice(0, 3)).toEqual([
      ['global /  @3', 'global / ', 50, 16_722],
      ['SessionCache @5', 'SessionCache', 32, 16_672],
      ['Map @7', 'Map', 1640, 16_640],
    ]);
  });

  it('follow the dominator tree to the end of its largest path', async () => {
    const nodes: PlainNode[] = [{ type: 'synthetic', name: '' }];
    const edges: PlainEdge[] = [];
    for (let i = 1; i <= 1000; i++) {
      nodes.push({ type: 'object', name: 'Link', size: 10 });
      edges.push({ from: i - 1, to: i, type: i === 1 ? 'shortcut' : 'property', name: 'next' });
    }
    const view = (await analyse(buildSnapshot(nodes, edges))).views.find(({ name }) => name === 'dominators');
    expect(view).toMatchObject({ kind: 'tree', labels: { length: 1001 } });
  });

  const timeline = sharedPath('fixtures', 'heaptimeline', 'gen_node20_A.heaptimeline.gz');
  it.skipIf(timeline === undefined)('of an allocation timeline name the place of allocation', async () => {
    const analysis = await analyse(gunzipSync(readFileSync(timeline!)));
    expect(table(analysis, 'histogram').rows.find(([name]) => name === 'Widget')?.[1]).toBe(6000);
    expect(String(table(analysis, 'allocations').rows[0]?.[0])).toContain('makeWidgets');
  });
});
