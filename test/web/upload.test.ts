import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../functions/model/error.ts';
import { errorOf } from '../../web/calls/call.ts';
import { announce } from '../../web/calls/receipts.ts';
import type { Put } from '../../web/send/put.ts';
import { upload } from '../../web/send/upload.ts';
import { sha256, startFakeHub, TOKEN, type FakeHub } from './hub-fake.ts';

let hub: FakeHub;
const realFetch = globalThis.fetch;

beforeEach(async () => {
  hub = await startFakeHub();
  // Pages ask by path alone.
  globalThis.fetch = (input, init) => realFetch(new URL(input as string, hub.url), init);
});
afterEach(async () => {
  globalThis.fetch = realFetch;
  await hub.close();
});

const put: Put = async (url, body, { signal, onProgress }) => {
  let response: Response;
  try {
    response = await realFetch(url, { method: 'PUT', body, signal });
  } catch (cause) {
    throw signal.aborted ? new AppError('aborted', 'Stopped.') : new AppError('unavailable', 'lost', { cause });
  }
  if (!response.ok) throw errorOf(response.status, await response.text());
  onProgress(body.size);
};

function someFile(sizeBytes: number): File {
  const bytes = new Uint8Array(sizeBytes);
  for (let i = 0; i < sizeBytes; i++) bytes[i] = (i * 31 + (i >> 8)) & 255;
  return new File([bytes], 'dump.heapsnapshot');
}

async function begin(file: File, parts: boolean) {
  const about = { name: file.name, sizeBytes: file.size, kind: 'file' as const, context: {}, comment: '', parts };
  return announce('leak', TOKEN, about);
}

const sent = (): number[] =>
  hub.log.flatMap((line) => (line.startsWith('PUT') ? [Number(line.split('/').at(-1))] : [])).sort((a, b) => a - b);

async function expectSame(file: File): Promise<void> {
  const [held] = hub.held.values();
  expect(held?.evidence.state).toBe('received');
  expect(sha256(held?.body ?? new Uint8Array())).toBe(sha256(new Uint8Array(await file.arrayBuffer())));
}

describe('upload', () => {
  const options = () => ({ put, signal: new AbortController().signal, onProgress: () => undefined, firstWaitMs: 1 });

  test('a small file goes in one PUT', async () => {
    const file = someFile(70_000);
    const { receipt, plan } = await begin(file, false);
    const progress: number[] = [];
    await upload(file, receipt, plan, { ...options(), onProgress: (bytes) => progress.push(bytes) });
    expect(progress.at(-1)).toBe(file.size);
    await expectSame(file);
  });

  test.each([0, 1, 15_999, 16_000, 16_001, 64_000])(
    'parts of 16,000 bytes make the same file of 48,000 + %i',
    async (more) => {
      hub.partBytes = 16_000;
      const file = someFile(48_000 + more);
      const { receipt, plan } = await begin(file, true);
      await upload(file, receipt, plan, options());
      await expectSame(file);
    },
  );

  test('a lost connection and a busy server cost a try of that part and no more', async () => {
    hub.partBytes = 10_000;
    hub.fault = ({ method, path, count }) => {
      if (method !== 'PUT' || count > 1) return undefined;
      return path.endsWith('/2') ? 'drop' : path.endsWith('/4') ? 503 : undefined;
    };
    const file = someFile(55_000);
    const { receipt, plan } = await begin(file, true);
    const retries: string[] = [];
    await upload(file, receipt, plan, { ...options(), onRetry: ({ code }) => retries.push(code) });
    expect(retries).toEqual(['unavailable', 'unavailable']);
    expect(sent()).toEqual([1, 2, 2, 3, 4, 4, 5, 6]);
    await expectSame(file);
  });

  test('an upload that was stopped goes on with the parts that are missing, without the first plan', async () => {
    hub.partBytes = 10_000;
    const file = someFile(95_000);
    const { receipt, plan } = await begin(file, true);
    const stop = new AbortController();
    const inFlight: Promise<void>[] = [];
    const counted: Put = async (url, body, rest) => {
      if (inFlight.length < 4) {
        const sending = put(url, body, rest);
        inFlight.push(sending);
        return sending;
      }
      await Promise.allSettled(inFlight);
      stop.abort();
      throw new AppError('aborted', 'Stopped.');
    };
    await expect(
      upload(file, receipt, plan, { ...options(), put: counted, signal: stop.signal }),
    ).rejects.toMatchObject({
      code: 'aborted',
    });
    hub.log.length = 0;
    const progress: number[] = [];
    await upload(file, receipt, undefined, { ...options(), onProgress: (bytes) => progress.push(bytes) });
    const again = sent();
    expect(again).toEqual([5, 6, 7, 8, 9, 10]);
    expect(progress[0]).toBe(40_000);
    await expectSame(file);
  });

  test('an address that expired is signed again', async () => {
    hub.partBytes = 10_000;
    hub.fault = ({ method, path, count }) => (method === 'PUT' && path.endsWith('/3') && count === 1 ? 403 : undefined);
    const file = someFile(35_000);
    const { receipt, plan } = await begin(file, true);
    await upload(file, receipt, plan, options());
    await expectSame(file);
  });

  test('a finished upload whose last answer was lost is finished', async () => {
    const file = someFile(5000);
    const { receipt, plan } = await begin(file, false);
    await upload(file, receipt, plan, options());
    await upload(file, receipt, undefined, options());
    expect(sent()).toHaveLength(1);
  });

  test('a refusal that will stay is not tried for ever', async () => {
    hub.fault = ({ method }) => (method === 'PUT' ? 403 : undefined);
    const file = someFile(5000);
    const { receipt, plan } = await begin(file, false);
    await expect(upload(file, receipt, plan, options())).rejects.toMatchObject({ code: 'forbidden' });
    expect(sent()).toHaveLength(3);
  });

  test('a token that is not good is said so, and nothing is held', async () => {
    const about = { name: 'a', sizeBytes: 1, kind: 'file' as const, context: {}, comment: '', parts: false };
    await expect(announce('leak', 'nonsense', about)).rejects.toMatchObject({
      code: 'unauthenticated',
      message: 'this token does not exist',
    });
    expect(hub.held.size).toBe(0);
  });
});
