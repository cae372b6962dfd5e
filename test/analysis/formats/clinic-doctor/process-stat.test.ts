import { describe, expect, it } from 'vitest';
import { analyseAs, chosenFormat } from '../analyse.ts';
import { ProtoWriter } from '../proto-writer.ts';

const START_MS = 1_777_888_800_000;

/** What Clinic.js Doctor writes every few milliseconds: newer ones with array buffers, and a field that nobody knows yet. */
function sampleOf(i: number): Uint8Array {
  const memory = new ProtoWriter()
    .double(1, 4e8 + i)
    .double(2, 2e8)
    .double(3, 1e8 + i)
    .double(4, 1e6)
    .double(5, 7);
  const message = new ProtoWriter()
    .double(1, START_MS + 10 * i)
    .double(2, 0.5)
    .double(3, 1.25)
    .bytes(4, memory)
    .varint(5, 12)
    .double(6, 0.9)
    .done();
  return Uint8Array.of(message.length >> 8, message.length & 255, ...message);
}

const kept = (count: number): Uint8Array =>
  Uint8Array.from(Array.from({ length: count }, (_, i) => [...sampleOf(i)]).flat());

describe('the process statistics that Clinic.js Doctor keeps', () => {
  it.each([1, 7, 65_536])('are read, in chunks of %d bytes', async (chunkBytes) => {
    expect(chosenFormat(kept(3))).toBe('clinic-doctor');
    const { series, facts, warnings } = await analyseAs('clinic-doctor', kept(3), { chunkBytes });
    expect(facts).toContainEqual({ name: 'rows', value: 3, unit: 'count' });
    expect(Object.fromEntries(series.map(({ metric, unit, values }) => [metric, [unit, ...values]]))).toEqual({
      delay: ['ms', 0.5, 0.5, 0.5],
      cpu: ['ratio', 1.25, 1.25, 1.25],
      rss: ['bytes', 4e8, 4e8 + 1, 4e8 + 2],
      heapTotal: ['bytes', 2e8, 2e8, 2e8],
      heapUsed: ['bytes', 1e8, 1e8 + 1, 1e8 + 2],
      external: ['bytes', 1e6, 1e6, 1e6],
      arrayBuffers: ['bytes', 7, 7, 7],
      handles: ['count', 12, 12, 12],
    });
    expect(series[0]?.timesMs).toEqual([0, 10, 20].map((ms) => START_MS + ms));
    expect(warnings).toEqual([]);
  });

  it('are read as far as they go', async () => {
    const cut = await analyseAs('clinic-doctor', kept(3).slice(0, -5));
    expect([cut.series[0]?.values.length, cut.warnings.join()]).toEqual([2, expect.stringMatching(/truncated/)]);
    const damaged = kept(3);
    damaged[2 * sampleOf(0).length + 2] = 0xff;
    const read = await analyseAs('clinic-doctor', damaged);
    expect([read.series[0]?.values.length, read.warnings.join()]).toEqual([2, expect.stringMatching(/damaged/)]);
    await expect(analyseAs('clinic-doctor', kept(1).slice(0, 70))).rejects.toMatchObject({ code: 'corrupt' });
  });
});
