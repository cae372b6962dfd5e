import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../functions/model/error.ts';
import { Analysis } from '../../functions/model/analysis.ts';
import { errorOf } from '../../web/calls/call.ts';
import { readReceiptAddress, receiptAddress } from '../../web/calls/receipt-address.ts';
import { readPlan } from '../../web/calls/receipts.ts';
import { MAIN_FIELDS, parseBytes, readValue, showValue } from '../../web/send/context-values.ts';
import { markFile } from '../../web/send/file-mark.ts';
import { matchPending, pendingUploads, rememberUpload, type PendingUpload } from '../../web/send/pending-uploads.ts';
import { makeReport } from '../../web/send/report.ts';
import { retry } from '../../web/send/retry.ts';
import { Speed } from '../../web/send/speed.ts';
import { newSubmission, prefill, whyNotHere, whyNotSend } from '../../web/send/submission.ts';
import { testAnalysis } from '../hub/test-hub.ts';
import { memoryStorage } from './memory-storage.ts';

const KEY = { slug: 'leak', id: '1m82jke10tnyv9bx0ta', secret: 'a'.repeat(40) };
const upload = (name: string, sizeBytes: number, mark: string): PendingUpload => ({
  ...KEY,
  name,
  sizeBytes,
  mark,
  lastModifiedMs: 1,
  begunAtMs: 2,
});

describe('receipt addresses', () => {
  test('are read back, with and without the #', () => {
    const address = receiptAddress(KEY);
    expect(readReceiptAddress(address.slice(address.indexOf('#')))).toEqual(KEY);
    expect(readReceiptAddress('leak.1m82jke10tnyv9bx0ta.' + 'a'.repeat(40))).toEqual(KEY);
  });
  test.each(['', '#', '#leak', '#leak.short.secretsecret', '#../x.1m82jke10tnyv9bx0ta.aaaaaaaaaa', '#a.b.c.d'])(
    '%j is none',
    (text) => expect(readReceiptAddress(text)).toBeUndefined(),
  );
});

describe('answers', () => {
  test('the words of the hub are kept, those of something between us are replaced', () => {
    const said = JSON.stringify({
      error: { code: 'too-large', message: 'beyond fileBytes', data: { limit: 'fileBytes' } },
    });
    expect(errorOf(413, said)).toMatchObject({
      code: 'too-large',
      message: 'beyond fileBytes',
      data: { limit: 'fileBytes' },
    });
    expect(errorOf(502, '<html>Bad gateway</html>')).toMatchObject({ code: 'unavailable' });
    expect(errorOf(429, '', '7')).toMatchObject({ code: 'rate-limited', data: { retryAfterSeconds: 7 } });
    expect(errorOf(403, '<Error/>').message).not.toContain('<');
  });
  test.each([null, {}, { partBytes: 0, partCount: 2 }, { url: 1 }, []])('%j is no plan', (answer) => {
    expect(() => readPlan(answer)).toThrow(AppError);
  });
});

describe('interrupted uploads', () => {
  test('the bytes decide which file goes on, the name only explains', async () => {
    const file = new File(['a'.repeat(5000)], 'dump.bin');
    const mark = await markFile(file);
    const pending = [upload('dump.bin', 5000, mark)];
    expect(matchPending(pending, { name: 'renamed.bin', size: 5000 }, mark).kind).toBe('same');
    expect(matchPending(pending, { name: 'dump.bin', size: 6000 }, 'other')).toMatchObject({ differs: 'size' });
    expect(matchPending(pending, { name: 'dump.bin', size: 5000 }, 'other')).toMatchObject({ differs: 'content' });
    expect(matchPending(pending, { name: 'else.bin', size: 5000 }, 'other').kind).toBe('none');
  });
  test('marks differ where a byte of the first MiB differs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), async (bytes, at) => {
        const other = bytes.slice();
        const index = at % bytes.length;
        other[index] = (other[index] ?? 0) ^ 1;
        expect(await markFile(new Blob([bytes]))).not.toBe(await markFile(new Blob([other])));
      }),
      { numRuns: 50 },
    );
  });
  test('what others wrote into the storage is dropped, what is whole is kept', () => {
    const storage = memoryStorage({ 'casebook.uploads': JSON.stringify([upload('a', 1, 'm'), { id: 5 }, 'x', null]) });
    const list = pendingUploads(storage);
    expect(list.read().map(({ name }) => name)).toEqual(['a']);
    rememberUpload(list, upload('b', 2, 'n'));
    expect(list.read().map(({ name }) => name)).toEqual(['b']); // the same id: one upload
    storage.setItem('casebook.uploads', 'not json');
    expect(list.read()).toEqual([]);
  });
});

describe('speed', () => {
  test('is that of the last seconds, and says the time left', () => {
    const speed = new Speed();
    for (let s = 0; s <= 60; s++) speed.add(s * 1000, s < 50 ? s * 10 : 500 + (s - 50) * 1000);
    expect(speed.bytesPerSecond()).toBeCloseTo(1000, 5);
    expect(speed.secondsLeft(20_500)).toBeCloseTo(10, 5);
  });
  test('says nothing before there is something to say, and starts anew when bytes are taken back', () => {
    const speed = new Speed();
    speed.add(0, 0);
    expect(speed.bytesPerSecond()).toBeUndefined();
    speed.add(2000, 4000);
    expect(speed.bytesPerSecond()).toBe(2000);
    speed.add(2100, 100);
    expect(speed.bytesPerSecond()).toBeUndefined();
  });
});

describe('memory limits as people write them', () => {
  test.each([
    ['2Gi', 2 ** 31],
    ['2 GiB', 2 ** 31],
    ['512M', 512e6],
    ['512 mb', 512e6],
    ['1.5g', 1.5e9],
    ['1,5 GB', 1.5e9],
    ['2147483648', 2 ** 31],
  ])('%s', (text, bytes) => expect(parseBytes(text)).toBe(bytes));
  test.each(['', 'a lot', '-1', '0', '2 GiBs', '9'.repeat(40)])('%j is none', (text) =>
    expect(parseBytes(text)).toBeUndefined(),
  );
  test('what is shown is read back', () => {
    const field = MAIN_FIELDS.find(({ name }) => name === 'memoryLimitBytes');
    for (const bytes of [2 ** 31, 512e6, 1.5e9]) {
      expect(field && readValue(field, showValue(field, bytes))).toEqual({ value: bytes });
    }
  });
});

describe('a submission', () => {
  const limits = { fileBytes: 1000, reportBytes: 1000 };
  const looked = { state: 'looked', recognised: { looksLike: 'text', format: 'x', title: 'X' } } as const;
  test('keeps what was written over what the file says', () => {
    const written = {
      ...newSubmission(1, new File(['a'], 'a')),
      context: { version: '1', pod: 'p' },
      touched: new Set(['version'] as const),
    };
    expect(prefill(written, { version: '2', pod: 'q', container: 'c' })).toEqual({
      version: '1',
      pod: 'q',
      container: 'c',
    });
  });
  test('says why it cannot leave yet', () => {
    const fresh = newSubmission(1, new File(['a'], 'a'));
    expect(whyNotSend(fresh, limits)).toContain('looked at');
    expect(whyNotSend({ ...fresh, recognition: looked }, limits)).toBeUndefined();
    expect(whyNotSend({ ...fresh, recognition: looked, choice: 'report' }, limits)).toContain('no report');
    expect(whyNotSend({ ...fresh, recognition: looked, file: new File([], 'a') }, limits)).toContain('empty');
    const large = { ...fresh, recognition: looked, file: new File(['a'.repeat(1001)], 'a') };
    expect(whyNotSend(large, limits)).toContain('larger than this hub takes');
    expect(
      whyNotHere({ ...fresh, recognition: { state: 'looked', recognised: { looksLike: 'a ZIP of nothing' } } }),
    ).toContain('a ZIP of nothing');
    expect(whyNotHere({ ...fresh, local: { state: 'failed', error: new AppError('aborted', 'x') } })).toBeUndefined();
  });
});

describe('a report', () => {
  const table = (name: string, rows: number) => ({
    kind: 'table' as const,
    name,
    columns: [{ name: 'a' }],
    rows: Array.from({ length: rows }, (_, i) => [i]),
  });
  test('is the analysis with the agreed context, and is what the hub takes', async () => {
    const { body, leftOut } = makeReport(testAnalysis(5), { pod: 'mine' }, 1e6);
    expect(leftOut).toEqual([]);
    expect(Analysis.parse(JSON.parse(await body.text()))).toEqual({ ...testAnalysis(5), context: { pod: 'mine' } });
  });
  test('too large, loses its largest views first, and says which', async () => {
    const analysis = { ...testAnalysis(5), views: [table('small', 10), table('large', 5000), table('middle', 100)] };
    const { body, leftOut } = makeReport(analysis, {}, 2000);
    expect(body.size).toBeLessThanOrEqual(2000);
    expect(leftOut).toEqual(['large']);
    const report = Analysis.parse(JSON.parse(await body.text()));
    expect(report.views.map(({ name }) => name)).toEqual(['small', 'middle']);
    expect(report.warnings.at(-1)).toContain('large');
    expect(report.facts).toEqual(analysis.facts);
  });
});

describe('retry', () => {
  const signal = new AbortController().signal;
  test('tries again what may pass, as often as told, and gives up with the last word', async () => {
    let tries = 0;
    const task = () => Promise.reject(new AppError('unavailable', `try ${++tries}`));
    await expect(retry(task, { signal, attempts: 3, firstWaitMs: 1 })).rejects.toMatchObject({ message: 'try 3' });
  });
  test.each(['forbidden', 'too-large', 'gone', 'bad-input'] as const)('does not try again what is %s', async (code) => {
    let tries = 0;
    const task = () => Promise.reject(new AppError(code, `try ${++tries}`));
    await expect(retry(task, { signal, firstWaitMs: 1 })).rejects.toMatchObject({ message: 'try 1' });
  });
  test('a wait ends when it is stopped', async () => {
    const stop = new AbortController();
    const task = () => Promise.reject(new AppError('unavailable', 'x'));
    const waiting = retry(task, {
      signal: stop.signal,
      firstWaitMs: 60_000,
      onRetry: () => setTimeout(() => stop.abort(), 5),
    });
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  });
});
