import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CaseDocument } from '../../functions/model/case.ts';
import { signIn, type Maintainer } from './maintainer.ts';
import { BROKEN, prometheusJson, seeded } from './samples.ts';
import { startServer, whyNotBuilt, type RunningServer } from './server.ts';

const SLUG = 'killed';
const KILLS = 20;
const SEED = Number(process.env['CASEBOOK_SEED'] ?? 20_261_122);
const MIB = 2 ** 20;
const PART_BYTES = 5 * MIB;
const SWEEP_MS = 1000;

const Taken = z.object({
  evidence: z.object({ id: z.string() }),
  receipt: z.object({ secret: z.string() }),
  upload: z.union([z.object({ url: z.string() }), z.object({ partBytes: z.number(), partCount: z.number() })]),
});
const Parts = z.object({ parts: z.array(z.object({ url: z.string() })) });

if (whyNotBuilt) console.warn(`test/e2e/kill: skipped, ${whyNotBuilt}`);

describe.skipIf(whyNotBuilt)(`kill -9, ${KILLS} times, seed ${SEED}`, () => {
  const random = seeded(SEED);
  let server: RunningServer;
  let maintainer: Maintainer;
  let token: string;
  /** What was answered 200: these must be there at the end, with this state. */
  const acknowledged = new Map<string, 'analysed' | 'refused'>();
  const outcomes = { single: 0, parts: 0, broken: 0, cutOff: 0 };

  beforeAll(async () => {
    const limits = { submissionsPerHour: 100_000, investigationSubmissionsPerHour: 100_000 };
    server = await startServer({ config: { sweepEveryMs: SWEEP_MS, partBytes: PART_BYTES, limits } });
    maintainer = await signIn(server);
    token = await maintainer.open(SLUG);
  });
  afterAll(() => server.remove());

  async function post(path: string, secret: string, body: object): Promise<unknown> {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        accept: 'application/json',
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  async function put(url: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
    const response = await fetch(url, { method: 'PUT', body });
    if (!response.ok) throw new Error(`the PUT answered ${response.status}: ${await response.text()}`);
    await response.text();
  }

  /** One submission from announcement to acknowledgement. */
  async function submit(name: string, bytes: Uint8Array<ArrayBuffer>, parts: boolean): Promise<string> {
    const taken = Taken.parse(
      await post(`/api/investigations/${SLUG}/evidence`, token, { name, sizeBytes: bytes.byteLength, parts }),
    );
    const { id } = taken.evidence;
    if ('url' in taken.upload) {
      await put(taken.upload.url, bytes);
      return id;
    }
    const { partBytes, partCount } = taken.upload;
    const receipts = `/api/receipts/${SLUG}/${id}`;
    for (let partNumber = 1; partNumber <= partCount; partNumber++) {
      const { parts } = Parts.parse(
        await post(`${receipts}/parts`, taken.receipt.secret, { partNumbers: [partNumber] }),
      );
      for (const part of parts) await put(part.url, bytes.slice((partNumber - 1) * partBytes, partNumber * partBytes));
    }
    await post(`${receipts}/complete`, taken.receipt.secret, {});
    return id;
  }

  /** Small files without end: metrics, now and then one that nothing reads, now and then one of two parts. */
  async function client(number: number, stop: AbortSignal): Promise<void> {
    for (let i = 0; !stop.aborted; i++) {
      const kind = i % 7 === 3 ? 'parts' : i % 5 === 2 ? 'broken' : 'single';
      const text = prometheusJson({ points: 60, seed: number * 1000 + i });
      // Spaces after JSON are JSON: a file of two parts that is analysed quickly.
      const padded = kind === 'parts' ? text.padEnd(PART_BYTES + 1000, ' ') : text;
      const bytes = kind === 'broken' ? BROKEN : new TextEncoder().encode(padded);
      try {
        const id = await submit(`${kind}-${number}-${i}.json`, bytes, kind === 'parts');
        acknowledged.set(id, kind === 'broken' ? 'refused' : 'analysed');
        outcomes[kind]++;
      } catch (error) {
        // Nobody answers while the server is dead. What answers and refuses would be a fault of the test.
        if (error instanceof Error && /answered 4/.test(error.message)) throw error;
        outcomes.cutOff++;
        await sleep(20);
      }
      // One machine analyses about five small files a second: the queue must be short when the last kill has passed.
      await sleep(250);
    }
  }

  it('loses nothing that was acknowledged, and leaves nothing stuck', { timeout: 120_000 }, async () => {
    const stop = new AbortController();
    const clients = [1, 2].map((number) => client(number, stop.signal));
    const killedWhile: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(100 + random() * 1200);
      const { evidence } = await maintainer.desk(SLUG);
      killedWhile.push(evidence.some(({ state }) => state === 'analysing') ? 'analysing' : 'idle');
      await server.kill9();
      await server.restart();
    }
    stop.abort();
    await Promise.all(clients);

    const startedMs = Date.now();
    const unfinished = async (): Promise<string[]> => {
      const { evidence } = await maintainer.desk(SLUG);
      return evidence.filter(({ state }) => state === 'received' || state === 'analysing').map(({ id }) => id);
    };
    const left = (await unfinished()).length;
    // At least one analysis is finished between two looks that are a few sweeps apart: nothing stands still.
    for (let before = left; before > 0;) {
      const deadlineMs = Date.now() + 4 * SWEEP_MS + 6000;
      let now = before;
      while (now >= before && Date.now() < deadlineMs) {
        await sleep(200);
        now = (await unfinished()).length;
      }
      expect(now, `${before} pieces are stuck: ${(await unfinished()).join(' ')}\n${server.log}`).toBeLessThan(before);
      before = now;
    }
    const { evidence } = await maintainer.desk(SLUG);
    const states = new Map(evidence.map(({ id, state }) => [id, state]));
    const wrong = [...acknowledged].filter(([id, state]) => states.get(id) !== state);
    console.log({
      acknowledged: acknowledged.size,
      ...outcomes,
      killedWhile: killedWhile.join(),
      left,
      drainMs: Date.now() - startedMs,
    });
    expect(wrong.map(([id, state]) => `${id}: ${states.get(id) ?? 'lost'} where ${state} was due`)).toEqual([]);
    expect(outcomes.single).toBeGreaterThan(0);
    expect(outcomes.parts).toBeGreaterThan(0);
    expect(outcomes.broken).toBeGreaterThan(0);

    // Published: the page lists them all, and nothing that never arrived.
    const published = async () =>
      CaseDocument.parse(await (await fetch(`${server.url}/i/${SLUG}/data.json`)).json()).evidence;
    await expect
      .poll(async () => (await published()).filter(({ id, state }) => acknowledged.get(id) === state).length, {
        timeout: 20_000,
      })
      .toBe(acknowledged.size);
    const html = await (await fetch(`${server.url}/i/${SLUG}/`)).text();
    for (const id of acknowledged.keys()) expect(html).toContain(id);
  });
});
