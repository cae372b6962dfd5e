import { afterEach, describe, expect, it } from 'vitest';
import { foldCase } from '../../functions/analysis/casework/fold-case.ts';
import { readPublicCase } from '../../functions/hub/publish/read-case.ts';
import type { CaseDocument } from '../../functions/model/case.ts';
import { openPushHub, type PushHub, SLUG, writeRequest } from './push-hub.ts';

const STALE = 0x7ff0000000000002n;
const MB = 1e6;
/** Two days, a sample every five minutes, 48 a push. */
const [SAMPLES, EVERY_S, A_PUSH] = [576, 300, 48];

const noise = (i: number): number => ((i * 2_654_435_761) % 2 ** 32) % (2 * MB);
/** What a cluster sends: the value at each sample, and the pod of that time. */
const CASES: Record<string, { value: (i: number) => number; pod?: (i: number) => string; state: string }> = {
  'a leak': { value: (i) => 200 * MB + i * 0.4 * MB, state: 'leak' },
  'a cache that fills in the first of the pieces': { value: (i) => 200 * MB + Math.min(i, 150) * MB, state: 'no-leak' },
  'a leak over restarts, each a pod of its own': {
    value: (i) => 200 * MB + (i % 144) * 2 * MB,
    pod: (i) => `app-${Math.floor(i / 144)}`,
    state: 'leak',
  },
};

let hub: PushHub;
afterEach(() => hub.close());

async function pushedCase({ value, pod = () => 'app-0' }: (typeof CASES)[string], config = {}): Promise<CaseDocument> {
  hub = await openPushHub(config);
  let last = '';
  for (let from = 0; from < SAMPLES; from += A_PUSH) {
    const now = pod(from);
    // Prometheus marks the series of a pod that went.
    const send = (name: string, samples: [number, number | bigint][]) =>
      hub.post('prometheus', writeRequest(samples, { pod: name, metric: 'container_memory_rss' }), {
        'content-encoding': 'snappy',
      });
    if (last !== '' && last !== now) await send(last, [[from * EVERY_S, STALE]]);
    last = now;
    const samples = Array.from({ length: A_PUSH }, (_, k): [number, number] => [
      (from + k) * EVERY_S,
      value(from + k) + noise(from + k),
    ]);
    expect((await send(now, samples)).status).toBe(204);
    await hub.workAfter(61_000);
  }
  await hub.workAfter(61_000);
  const input = await readPublicCase(hub.deps, SLUG);
  return foldCase(input!, (text) => text);
}

describe('a series that is split over pieces of evidence', () => {
  it.each(Object.entries(CASES))(
    'has the verdict that it has in one: %s',
    async (_, told) => {
      const whole = await pushedCase(told);
      expect([whole.evidence.length, whole.verdict.state]).toEqual([1, told.state]);
      await hub.close();
      const split = await pushedCase(told, { pushEvidenceBytes: 400 });
      expect(split.evidence.length).toBeGreaterThan(2);
      expect(split.verdict).toEqual({ ...whole.verdict, submissions: split.evidence.length });
    },
    120_000,
  );
});
