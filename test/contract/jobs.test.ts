import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Jobs, Message } from '../../functions/platform/jobs/jobs.ts';
import { jobsLanes } from './jobs-lanes.ts';
import { refusal } from './refusal.ts';

const MAX_ATTEMPTS = 2;

for (const lane of jobsLanes) {
  describe.skipIf(!lane.enabled)(`jobs: ${lane.name}`, { timeout: 120_000 }, () => {
    let store: Awaited<ReturnType<typeof lane.start>>;
    let jobs: Jobs;
    beforeAll(async () => {
      store = await lane.start();
    }, 120_000);
    beforeEach(async () => {
      jobs = await store.open({ maxAttempts: MAX_ATTEMPTS });
    });
    afterAll(() => store.stop());

    const receiveOne = async (visibilitySeconds: number, waitSeconds = 20): Promise<Message> => {
      const [message] = await jobs.receive({ max: 1, visibilitySeconds, waitSeconds });
      if (!message) throw new Error('nothing arrived');
      return message;
    };
    const receivesNothing = async () =>
      expect(await jobs.receive({ visibilitySeconds: 30, waitSeconds: 0 })).toStrictEqual([]);

    it('delivers what was sent, once while it is hidden, and not again after it is done', async () => {
      const body = JSON.stringify({ t: `é${lane.quirks?.refusesAstral ? '' : '\u{1f600}'}"<&>\n\t`, n: 1 });
      await jobs.send(body);
      const message = await receiveOne(30);
      expect([message.body, message.attempts]).toStrictEqual([body, 1]);
      await receivesNothing();
      await jobs.done(message.receipt);
      await jobs.done(message.receipt);
      await receivesNothing();
      expect((await refusal(jobs.extend(message.receipt, 30))).code).toBe('gone');
    });

    it('takes 262,144 bytes, and refuses what a queue cannot carry', async () => {
      const most = 'é'.repeat(131_072);
      await jobs.send(most);
      expect((await receiveOne(30)).body).toBe(most);
      expect((await refusal(jobs.send(`${most}x`))).code).toBe('too-large');
      for (const bad of ['', '\0', 'half \ud83d', 'bell \u0007', '\uffff'])
        expect((await refusal(jobs.send(bad))).code).toBe('bad-input');
      for (const delaySeconds of [-1, 0.5, 901, NaN])
        expect((await refusal(jobs.send('x', { delaySeconds }))).code).toBe('bad-input');
      for (const options of [
        { visibilitySeconds: -1 },
        { visibilitySeconds: 43_201 },
        { visibilitySeconds: 1, max: 0 },
        { visibilitySeconds: 1, max: 11 },
        { visibilitySeconds: 1, waitSeconds: 21 },
      ])
        expect((await refusal(jobs.receive(options))).code).toBe('bad-input');
      await receivesNothing();
    });

    it('gives a message whose visibility passed to another receiver, and voids the first delivery', async () => {
      await jobs.send('a');
      const first = await receiveOne(1);
      const second = await receiveOne(30);
      expect([second.id, second.body, second.attempts]).toStrictEqual([first.id, 'a', 2]);
      expect(second.receipt).not.toBe(first.receipt);
      expect((await refusal(jobs.extend(first.receipt, 30))).code).toBe('gone');
      if (!lane.quirks?.oldReceiptsDelete) await jobs.done(first.receipt);
      await jobs.extend(second.receipt, 30);
      await jobs.done(second.receipt);
      await receivesNothing();
    });

    it('is void as soon as its visibility has passed, received by another or not', async () => {
      await jobs.send('a');
      const { receipt } = await receiveOne(1);
      await sleep(1200);
      expect((await refusal(jobs.extend(receipt, 30))).code).toBe('gone');
    });

    it('stays hidden while it is extended, and appears at once when given back', async () => {
      await jobs.send('a');
      const { receipt } = await receiveOne(1);
      await jobs.extend(receipt, 30);
      await sleep(1200);
      await receivesNothing();
      await jobs.extend(receipt, 0);
      expect((await receiveOne(30)).attempts).toBe(2);
    });

    it('holds a delayed message back', async () => {
      await jobs.send('late', { delaySeconds: 1 });
      await jobs.send('now');
      expect((await receiveOne(30)).body).toBe('now');
      await receivesNothing();
      expect((await receiveOne(30)).body).toBe('late');
    });

    it('sets aside what failed too often, shows it, and brings it back afresh', async () => {
      await jobs.send('bad');
      await jobs.send('good');
      for (const attempts of [1, 2]) {
        const both = await receiveAll(2);
        for (const message of both) {
          expect(message.attempts).toBe(attempts);
          if (message.body === 'good' && attempts === 2) await jobs.done(message.receipt);
        }
        await sleep(1200);
      }
      await receivesNothing();
      for (let look = 0; look < 2; look++) {
        const dead = await jobs.deadLetters(10);
        expect(dead.map(({ body, attempts }) => [body, attempts])).toStrictEqual([['bad', MAX_ATTEMPTS]]);
      }
      expect(await jobs.redrive()).toBe(1);
      expect(await jobs.redrive()).toBe(0);
      expect(await jobs.deadLetters(10)).toStrictEqual([]);
      const again = await receiveOne(30);
      expect([again.body, again.attempts]).toStrictEqual(['bad', 1]);
      await jobs.done(again.receipt);
    });

    async function receiveAll(count: number): Promise<Message[]> {
      const all: Message[] = [];
      while (all.length < count) all.push(...(await jobs.receive({ visibilitySeconds: 1, waitSeconds: 20 })));
      expect(all).toHaveLength(count);
      return all;
    }

    it('shows as many dead letters as asked for, and moves all 25', async () => {
      jobs = await store.open({ maxAttempts: 1 });
      for (let n = 0; n < 25; n++) await jobs.send(String(n));
      await receiveAll(25);
      await sleep(1200);
      // SQS moves a message when it would be received again.
      for (let poll = 0; poll < 4; poll++) await receivesNothing();
      expect(await jobs.deadLetters(12)).toHaveLength(12);
      const all = await jobs.deadLetters(100);
      expect(new Set(all.map(({ body }) => body)).size).toBe(25);
      expect(await jobs.redrive()).toBe(25);
      const back = await receiveAll(25);
      expect(new Set(back.map(({ body }) => body)).size).toBe(25);
    });

    it('wakes a receiver that waits', async () => {
      const waiting = receiveOne(30);
      await sleep(100);
      await jobs.send('a');
      expect((await waiting).body).toBe('a');
    });

    it('ends a wait at its end, or when it is called off', async () => {
      expect(await jobs.receive({ visibilitySeconds: 30, waitSeconds: 1 })).toStrictEqual([]);
      const stopping = new AbortController();
      const waiting = jobs.receive({ visibilitySeconds: 30, waitSeconds: 20, signal: stopping.signal });
      await sleep(100);
      stopping.abort();
      expect(await waiting).toStrictEqual([]);
      expect(await jobs.receive({ visibilitySeconds: 30, waitSeconds: 20, signal: AbortSignal.abort() })).toStrictEqual(
        [],
      );
    });

    it('loses none of 300 messages to 4 receivers, each of which drops some', async () => {
      jobs = await store.open({ maxAttempts: 10 });
      const bodies = Array.from({ length: 300 }, (_, n) => String(n));
      const done = new Set<string>();
      const receiver = async () => {
        while (done.size < bodies.length) {
          for (const { body, attempts, receipt } of await jobs.receive({ visibilitySeconds: 2, waitSeconds: 1 })) {
            if (Number(body) % 10 === 0 && attempts === 1) continue;
            await jobs.done(receipt);
            done.add(body);
          }
        }
      };
      const sender = async () => {
        for (const body of bodies) await jobs.send(body);
      };
      await Promise.all([sender(), receiver(), receiver(), receiver(), receiver()]);
      expect([...done].sort()).toStrictEqual(bodies.toSorted());
      expect(await jobs.deadLetters(10)).toStrictEqual([]);
    });
  });
}
