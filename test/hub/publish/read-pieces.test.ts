import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeEvidence, evidenceKind } from '../../../functions/hub/evidence-record.ts';
import { eraseEvidence } from '../../../functions/hub/erase-evidence.ts';
import { analysisKey } from '../../../functions/hub/keys.ts';
import { openInvestigation } from '../../../functions/hub/open-investigation.ts';
import { readPublicCase } from '../../../functions/hub/publish/read-case.ts';
import { writeStored } from '../../../functions/hub/stored.ts';
import { Evidence } from '../../../functions/model/evidence.ts';
import { newId } from '../../../functions/model/id.ts';
import { NewInvestigation } from '../../../functions/model/investigation.ts';
import { MAINTAINER, openTestHub, testAnalysis, type TestHub } from '../test-hub.ts';

const SLUG = 'pieces';
const T0 = Date.UTC(2026, 0, 1);
const SAMPLES = 10;

let hub: TestHub;
/** Keys of analyses and joined pieces that were read. */
let read: string[];
beforeEach(async () => {
  read = [];
  hub = await openTestHub({}, (deps) => ({
    ...deps,
    evidence: {
      ...deps.evidence,
      read: (key) => {
        read.push(key);
        return deps.evidence.read(key);
      },
    },
  }));
  await openInvestigation(hub.deps, NewInvestigation.parse({ slug: SLUG, title: 'Pieces', product: 'p' }), MAINTAINER);
});
afterEach(() => hub.close());

async function store(id: string, piece: number, etag = 'a'): Promise<string> {
  const times = Array.from({ length: SAMPLES }, (_, i) => T0 + (piece * SAMPLES + i) * 60_000);
  const series = { metric: 'container_memory_rss', unit: 'bytes', labels: { pod: 'app' }, timesMs: times };
  const values = times.map((ms) => 1e8 + (ms - T0) / 10 + (etag === 'a' ? 0 : 1));
  const key = analysisKey(SLUG, id, etag, 1);
  await hub.evidence.put(key, JSON.stringify({ ...testAnalysis(1), series: [{ ...series, values }] }));
  return key;
}

/** The next piece that a cluster pushed. */
async function push(piece: number, submittedBy = 'prod'): Promise<string> {
  const submittedAtMs = T0 + piece * SAMPLES * 60_000;
  const id = newId(submittedAtMs, hub.deps.random(10));
  const next = Evidence.parse({
    ...{ id, slug: SLUG, kind: 'push', name: 'Pushed', sizeBytes: 1, state: 'analysed', visibility: 'visible' },
    ...{ submittedBy, submittedAtMs, receiptHash: '0'.repeat(64), format: 'push-log', version: 0 },
    analysisKey: await store(id, piece),
  });
  await writeStored(hub.deps, evidenceKind(hub.deps, SLUG, id), { next }, 0);
  return id;
}

const change = (id: string, how: Partial<Evidence>) =>
  changeEvidence(hub.deps, SLUG, id, (current) => ({ next: { ...current, ...how } }));

/** Of each analysis of the case: how many pieces it is of, and its samples; and how many analyses were read for it. */
async function readCase() {
  read = [];
  const input = await readPublicCase(hub.deps, SLUG);
  const analysed = (input?.evidence ?? []).flatMap(({ record, analysis, pieces }) =>
    analysis ? [{ id: record.id, pieces, values: analysis.series[0]?.values ?? [] }] : [],
  );
  return { analysed, reads: read.filter((key) => key.startsWith('analysis/')).length };
}
const joined = async () => (await hub.evidence.list(`joined/${SLUG}/`)).objects.length;

describe('what one cluster pushed in several pieces', () => {
  it('is one analysis, of the newest piece, beside those of other clusters', async () => {
    await push(0);
    const other = await push(0, 'staging');
    const newest = await push(1);
    const { analysed } = await readCase();
    expect(new Map(analysed.map(({ id, pieces, values }) => [id, [pieces, values.length]]))).toEqual(
      new Map([
        [newest, [2, 2 * SAMPLES]],
        [other, [1, SAMPLES]],
      ]),
    );
  });

  it('reads the newest piece alone, however many there are', async () => {
    for (let piece = 0; piece < 19; piece++) await push(piece);
    const newest = await push(19);
    expect((await readCase()).reads).toBe(20);
    await change(newest, { analysisKey: await store(newest, 19, 'b') });
    const { analysed, reads } = await readCase();
    expect(reads).toBe(1);
    expect(analysed[0]?.values).toHaveLength(20 * SAMPLES);
    expect(analysed[0]?.values.at(-1)).toBe(1e8 + (20 * SAMPLES - 1) * 6000 + 1);
    // The one before it is read once more, when it is the newest no longer.
    await push(20);
    await readCase();
    expect((await readCase()).analysed[0]?.values).toHaveLength(21 * SAMPLES);
  });

  it('waits with a piece that is analysed once more', async () => {
    const first = await push(0);
    await push(1);
    await change(first, { state: 'received' });
    expect((await readCase()).analysed[0]?.values).toHaveLength(2 * SAMPLES);
    expect(await joined()).toBe(0);
    await change(first, { state: 'analysed', analysisKey: await store(first, 0, 'b') });
    expect((await readCase()).analysed[0]?.values[0]).toBe(1e8 + 1);
    expect(await joined()).toBe(1);
  });

  it('is read anew when all pieces that are analysed again were', async () => {
    const [first, second] = [await push(0), await push(1)];
    await push(2);
    await readCase();
    await change(second, { state: 'received' });
    await change(first, { analysisKey: await store(first, 0, 'b') });
    expect((await readCase()).analysed[0]?.values[0]).toBe(1e8);
    await change(second, { state: 'analysed' });
    expect((await readCase()).analysed[0]?.values[0]).toBe(1e8 + 1);
  });

  it('holds nothing of a piece that was hidden or deleted', async () => {
    const [first, second] = [await push(0), await push(1)];
    await push(2);
    await push(3);
    await readCase();
    await change(second, { visibility: 'hidden' });
    expect((await readCase()).analysed[0]?.values).toHaveLength(3 * SAMPLES);
    expect(await joined()).toBe(1);
    await eraseEvidence(hub.deps, SLUG, first);
    expect(await joined()).toBe(0);
    expect((await readCase()).analysed[0]?.values).toHaveLength(2 * SAMPLES);
  });

  it('is made anew where what was kept is damaged, or an analysis is gone', async () => {
    const [first] = [await push(0), await push(1), await push(2)];
    await readCase();
    const [kept] = (await hub.evidence.list(`joined/${SLUG}/`)).objects;
    await hub.evidence.put(kept!.key, '{"of":[]');
    expect((await readCase()).analysed[0]?.values).toHaveLength(3 * SAMPLES);
    await hub.evidence.put(kept!.key, '{}');
    await hub.evidence.delete(analysisKey(SLUG, first, 'a', 1));
    expect((await readCase()).analysed[0]?.values).toHaveLength(2 * SAMPLES);
    expect(hub.logged.filter((line) => /joined pieces could not be read|gone or damaged/.test(line))).toHaveLength(3);
  });
});
