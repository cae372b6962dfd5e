import { afterAll, describe, expect, it } from 'vitest';
import { v8HeapSnapshot } from '../../../../functions/analysis/formats/v8-heapsnapshot/index.ts';
import { startThreads } from '../../../../functions/host/threads.ts';
import { bytesOf, testRun } from '../analyse.ts';
import { sourceOf } from '../../test-run.ts';
import { leakingSnapshot, NODE_24 } from './build-snapshot.ts';

/** Large enough that threads are asked for help. */
const text = leakingSnapshot(160_000, NODE_24);
const third = Math.floor(text.length / 3);
const comma = text.indexOf(',', third);
const threads = startThreads();

const CASES: Record<string, string> = {
  'as V8 writes it': text,
  'cut in its middle': text.slice(0, Math.floor(2.6 * third)),
  'with a value that is no number': `${text.slice(0, comma)},-7${text.slice(comma)}`,
  'with a number beyond 32 bits': `${text.slice(0, comma)}9999999999${text.slice(comma)}`,
  'that declares too few objects': text.replace(/"node_count":(\d+)/, '"node_count":1000'),
  'that declares too many references': text.replace(/"edge_count":(\d+)/, '"edge_count":99999999'),
};

describe.skipIf(threads === undefined)('a V8 heap snapshot read by several threads', () => {
  afterAll(() => threads?.stop());

  for (const [name, snapshot] of Object.entries(CASES))
    it(`${name} is what one thread reads`, async () => {
      const bytes = bytesOf(snapshot);
      expect(bytes.length).toBeGreaterThan(8 << 20);
      const alone = await v8HeapSnapshot.analyse(sourceOf(bytes), testRun());
      const together = await v8HeapSnapshot.analyse(sourceOf(bytes), { ...testRun(), parallel: threads! });
      expect(together).toEqual(alone);
      expect(alone.facts.find(({ name: fact }) => fact === 'objects')?.value).toBeGreaterThan(100_000);
    });
});
