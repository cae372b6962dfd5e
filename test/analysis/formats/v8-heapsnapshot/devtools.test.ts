import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { v8HeapSnapshot } from '../../../../functions/analysis/formats/v8-heapsnapshot/index.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { sourceOf, testRun } from '../../test-run.ts';

interface Aggregate {
  name: string;
  count: number;
  self: number;
  maxRet: number;
}

interface Expected {
  snapshots: { file: string; nodes: number; totalSize: number; named: Aggregate[]; topByRetained: Aggregate[] }[];
}

const ORACLES = [
  ['heapsnapshot', 'heapsnapshot__small.devtools.expected.json'],
  ['heapsnapshot-series', 'gen_node20_leakA.devtools.expected.json'],
] as const;

for (const [folder, oracle] of ORACLES) {
  const path = sharedPath('fixtures', folder, oracle);
  describe.skipIf(path === undefined)(`sizes of Chrome DevTools: ${oracle}`, () => {
    const snapshots = path === undefined ? [] : (JSON.parse(readFileSync(path, 'utf8')) as Expected).snapshots;
    for (const { file, nodes, totalSize, named, topByRetained } of snapshots) {
      it(file, async () => {
        const bytes = readFileSync(sharedPath('fixtures', folder, file)!);
        const analysis = await v8HeapSnapshot.analyse(
          sourceOf(file.endsWith('.gz') ? gunzipSync(bytes) : bytes),
          testRun(),
        );
        const facts = new Map(analysis.facts.map(({ name, value }) => [name, value]));
        expect(facts.get('objects')).toBe(nodes);
        expect(facts.get('shallowBytes')).toBe(totalSize);
        const view = analysis.views.find(({ name }) => name === 'histogram');
        const rows = view?.kind === 'table' ? view.rows : [];
        for (const { name, count, self, maxRet } of [...named, ...topByRetained])
          expect(rows).toContainEqual([name, count, self, maxRet]);
      });
    }
  });
}
