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
const Resumed = z.object({
  partBytes: z.number(),
  partCount: z.number(),
  arrived: z.array(z.object({ partNumber: z.number() })),
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
  const outcomes = { single: 0, parts: 0, broken: 0, cutOff: 0, partsKept: 0 };

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

  const announce = async (name: string, sizeBytes: number, parts: boolean) =>
    Taken.parse(await post(`/api/investigations/${SLUG}/evidence`, token, { name, sizeBytes, parts }));

  /** Undefined when the server died meanwhile; what answers and refuses would be a fault of the test or of the product. */
  async function unlessDead<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error && /answered [45]/.test(error.message)) throw error;
      outcomes.cutOff++;
      await sleep(50);
      return undefined;
    }
  }

  /** Small files by single PUT without end, every third of a kind that nothing reads. One that was cut off is given up. */
  async function sendSingles(stop: AbortSignal): Promise<void> {
    for (let i = 0; !stop.aborted; i++) {
      const kind = i % 3 === 2 ? 'broken' : 'single';
      const bytes = kind === 'broken' ? BROKEN : new TextEncoder().encode(prometheusJson({ points: 60, seed: i }));
      await unlessDead(async () => {
        const { evidence, upload } = await announce(`${kind}-${i}.json`, bytes.byteLength, false);
        if (!('url' in upload)) throw new Error('a single PUT was asked for');
        await put(upload.url, bytes);
        acknowledged.set(evidence.id, kind === 'broken' ? 'refused' : 'analysed');
        outcomes[kind]++;
      });
      // The queue must be short when the last kill has passed: one machine analyses a few small files a second.
      await sleep(150);
    }
  }

  // Its own function: the compiler takes it for false ever after the loop around it asked.
  const isOver = (stop: AbortSignal): boolean => stop.aborted;

  /** Files of three parts without end; each goes on after a kill with the parts that are missing. */
  async function sendParts(stop: AbortSignal): Promise<void> {
    for (let i = 0; !stop.aborted; i++) {
      // Spaces after JSON are JSON: large, and analysed quickly.
      const bytes = new TextEncoder().encode(
        prometheusJson({ points: 60, seed: i }).padEnd(2 * PART_BYTES + 1000, ' '),
      );
      const taken = await unlessDead(() => announce(`parts-${i}.json`, bytes.byteLength, true));
      if (!taken) continue;
      while (!isOver(stop) && !acknowledged.has(taken.evidence.id)) {
        await unlessDead(() => sendMissingParts(taken, bytes));
      }
    }
  }

  async function sendMissingParts(taken: z.infer<typeof Taken>, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { evidence, receipt } = taken;
    const receipts = `/api/receipts/${SLUG}/${evidence.id}`;
    const resumed = await fetch(`${server.url}${receipts}/upload`, {
      headers: { authorization: `Bearer ${receipt.secret}`, accept: 'application/json' },
    });
    // 410: it was completed, and the kill came between that and the answer.
    if (resumed.status !== 410) {
      const { partBytes, partCount, arrived } = Resumed.parse(await resumed.json());
      const there = new Set(arrived.map(({ partNumber }) => partNumber));
      outcomes.partsKept += there.size;
      for (let partNumber = 1; partNumber <= partCount; partNumber++) {
        if (there.has(partNumber)) continue;
        const { parts } = Parts.parse(await post(`${receipts}/parts`, receipt.secret, { partNumbers: [partNumber] }));
        for (const part of parts)
          await put(part.url, bytes.slice((partNumber - 1) * partBytes, partNumber * partBytes));
      }
    }
    await post(`${receipts}/complete`, receipt.secret, {});
    acknowledged.set(evidence.id, 'analysed');
    outcomes.parts++;
  }

  it('loses nothing that was acknowledged, and leaves nothing stuck', { timeout: 240_000 }, async () => {
    const stop = new AbortController();
    const clients = [sendSingles(stop.signal), sendParts(stop.signal)];
    const killedWhile: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      // At a random moment after it did something: a busy machine must not kill it in its first breath each time.
      const [had, deadlineMs] = [acknowledged.size, Date.now() + 3000];
      while (acknowledged.size === had && Date.now() < deadlineMs) await sleep(20);
      await sleep(random() * 600);
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
    expect(killedWhile).toContain('analysing');
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
