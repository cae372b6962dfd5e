import { afterEach, beforeEach, expect, it } from 'vitest';
import { analysisKey } from '../../../functions/hub/keys.ts';
import { readAnalysis } from '../../../functions/hub/publish/read-analysis.ts';
import { openTestHub, testAnalysis, type TestHub } from '../test-hub.ts';

let hub: TestHub;
beforeEach(async () => {
  hub = await openTestHub();
});
afterEach(() => hub.close());

const [GROWS, OTHER] = ['1'.repeat(19), '2'.repeat(19)];
async function stored(id: string, etag: string, length: number): Promise<string> {
  const key = analysisKey('case', id, etag, 1);
  await hub.evidence.put(key, JSON.stringify(testAnalysis(length)));
  return key;
}

it('keeps the newest analysis of each piece of evidence parsed, and none that another one replaced', async () => {
  const [first, second, other] = [
    await stored(GROWS, 'a', 1),
    await stored(GROWS, 'b', 2),
    await stored(OTHER, 'a', 3),
  ];
  const before = await readAnalysis(hub.deps, first);
  const beside = await readAnalysis(hub.deps, other);
  expect(await readAnalysis(hub.deps, first)).toBe(before);
  const newest = await readAnalysis(hub.deps, second);
  expect(newest?.facts[0]?.value).toBe(2);
  expect(await readAnalysis(hub.deps, second)).toBe(newest);
  expect(await readAnalysis(hub.deps, other)).toBe(beside);
  // Read from the store again, so it was not kept.
  const again = await readAnalysis(hub.deps, first);
  expect(again).toEqual(before);
  expect(again).not.toBe(before);
});
