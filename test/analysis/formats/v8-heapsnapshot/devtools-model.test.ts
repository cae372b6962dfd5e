import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Heap, readHeap, withSums } from '../../../../functions/analysis/formats/v8-heapsnapshot/heap.ts';
import { NODE_VERSIONS, nodeTitle } from '../../../fixtures/installed.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { buildDevtools, devtoolsPackages, type DevtoolsSnapshot } from './devtools-model.ts';
import { makeLeakDumps } from './leak-dumps.ts';

/**
 * Every node and every class as Chrome DevTools' own model has it, which runs beside us on the same file. Two rules differ:
 * - *kinds beyond the list*: V8 may write a type of node that its own `meta` does not list; DevTools calls it `(undefined)`, we `(unknown)`.
 * - *classes of one name*: DevTools has a row for each place of a constructor, we one for all. Counts and own bytes add up; retained bytes of the one row
 *   leave out what lies inside of each other.
 */
const RENAMED = new Map([['(undefined)', '(unknown)']]);

interface Row {
  count: number;
  self: number;
  retained: number;
  places: number;
}

function devtoolsRows({ classes }: DevtoolsSnapshot): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const { name: given, count, self, maxRet } of classes) {
    const name = RENAMED.get(given) ?? given;
    const row = rows.get(name) ?? { count: 0, self: 0, retained: 0, places: 0 };
    rows.set(name, {
      count: row.count + count,
      self: row.self + self,
      retained: row.retained + maxRet,
      places: row.places + 1,
    });
  }
  return rows;
}

function ownRows({ graph, histogram }: Heap): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (let id = 0; id < graph.classCount; id++)
    if (histogram.instances[id]! > 0)
      rows.set(graph.className(id), {
        count: histogram.instances[id]!,
        self: histogram.shallowBytes[id]!,
        retained: histogram.retainedBytes[id]!,
        places: 1,
      });
  return rows;
}

function expectEqual(heap: Heap, theirs: DevtoolsSnapshot): void {
  const { graph, tree, retained } = heap;
  expect(graph.nodeCount).toBe(theirs.nodeCount);
  expect(graph.edgeCount).toBe(theirs.edgeCount);
  expect(heap.shallowBytes).toBe(theirs.totalSize);
  const different: string[] = [];
  for (let node = 0; node < graph.nodeCount && different.length < 20; node++) {
    const [own, kept] = [graph.shallow[node], retained[tree.position[node]!]];
    if (own !== theirs.shallow[node] || kept !== theirs.retained[node])
      different.push(
        `${graph.nodeName(node)}: ${own}, ${kept}; DevTools ${theirs.shallow[node]}, ${theirs.retained[node]}`,
      );
  }
  expect(different).toEqual([]);

  const [ours, rows] = [ownRows(heap), devtoolsRows(theirs)];
  expect([...ours.keys()].sort()).toEqual([...rows.keys()].sort());
  for (const [name, { count, self, retained: kept, places }] of rows) {
    const row = ours.get(name)!;
    expect([name, row.count, row.self]).toEqual([name, count, self]);
    if (places === 1) expect(row.retained, name).toBe(kept);
    else expect(row.retained, name).toBeLessThanOrEqual(kept);
  }
}

/** DevTools stops at the traces of a timeline that Node wrote, whose functions are numbered anew; without their count it does not read them. */
function withoutTraces(text: string): string {
  return text.replace(/"trace_function_count":\d+/, '"trace_function_count":0');
}

const generator = sharedPath('dump-generators', 'leak-node.mjs');
const FIXTURES = [
  'heapsnapshot/heapsnapshot__small.heapsnapshot',
  'heapsnapshot-series/gen_node20_leakA-1.heapsnapshot.gz',
  'heapsnapshot-series/gen_node20_leakA-3.heapsnapshot.gz',
  'heaptimeline/gen_node20_A.heaptimeline.gz',
];
const installed = devtoolsPackages === undefined ? ' (not installed: bash .ci/heap-peers.sh)' : '';

describe.skipIf(devtoolsPackages === undefined)(`sizes of Chrome DevTools' model${installed}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'devtools-'));
  let devtools: (snapshot: string) => Promise<DevtoolsSnapshot>;
  beforeAll(async () => {
    devtools = await buildDevtools(folder);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  for (const version of NODE_VERSIONS)
    it.skipIf(generator === undefined || version.executable === undefined)(nodeTitle(version), async () => {
      const { snapshots } = await makeLeakDumps(generator ?? '', 'mixed', 3000, { node: version.executable ?? '' });
      const { file } = snapshots[0]!;
      try {
        expectEqual(await withSums(await readHeap(sourceOf(readFileSync(file)), testRun(), 1)), await devtools(file));
      } finally {
        rmSync(dirname(file), { recursive: true });
      }
    });

  it.skipIf(sharedPath('fixtures') === undefined).each(FIXTURES)('%s', async (path) => {
    const bytes = readFileSync(sharedPath('fixtures', path) ?? '');
    const snapshot = path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    const file = join(folder, 'fixture.heapsnapshot');
    writeFileSync(file, path.includes('timeline') ? withoutTraces(snapshot.toString()) : snapshot);
    expectEqual(await withSums(await readHeap(sourceOf(snapshot), testRun(), 1)), await devtools(file));
  });
});
