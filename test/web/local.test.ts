import { describe, expect, test } from 'vitest';
import { AppError } from '../../functions/model/error.ts';
import { memoryBudgetBytes } from '../../web/local/ask-worker.ts';
import { deathOf, fromPlainError, toPlainError } from '../../web/local/plain-error.ts';
import { Turns } from '../../web/local/turns.ts';
import { takeUnfinished, writtenDown } from '../../web/local/unfinished.ts';
import { comparableHere } from '../../web/send/compare-here.tsx';
import { newSubmission, type Submission } from '../../web/send/submission.ts';
import { memoryStorage } from './memory-storage.ts';

describe('errors between threads', () => {
  test('an AppError arrives as it left', () => {
    const sent = structuredClone(toPlainError(new AppError('corrupt', 'byte 7', { data: { at: 7 } })));
    expect(fromPlainError(sent)).toMatchObject({ code: 'corrupt', message: 'byte 7', data: { at: 7 } });
    expect(fromPlainError(sent)).toBeInstanceOf(AppError);
  });
  test('an allocation that this very engine refuses is said as too large for the browser', () => {
    let thrown: unknown;
    try {
      new ArrayBuffer(2 ** 53 - 1);
    } catch (error) {
      thrown = error;
    }
    expect(toPlainError(thrown)).toMatchObject({ code: 'too-large', data: { limit: 'browserMemory' } });
    expect(deathOf('Uncaught RangeError: Array buffer allocation failed').code).toBe('too-large');
  });
  test('a bug is not passed off as a fault of the file', () => {
    expect(fromPlainError(toPlainError(new TypeError('x is undefined'))).code).toBe('unavailable');
    expect(toPlainError(new RangeError('Maximum call stack size exceeded')).code).toBe('unknown');
  });
});

describe('turns', () => {
  test('run so many at once, in order, and let a waiting one leave', async () => {
    const turns = new Turns(2);
    const log: string[] = [];
    const ends: (() => void)[] = [];
    const task = (name: string) => () => {
      log.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    };
    const leave = new AbortController();
    const all = [
      turns.take(task('a')),
      turns.take(task('b')),
      turns.take(task('c'), leave.signal),
      turns.take(task('d')),
    ];
    const left = expect(all[2]).rejects.toThrow();
    await Promise.resolve();
    expect(log).toEqual(['a', 'b']);
    leave.abort();
    await left;
    ends[0]?.();
    await all[0];
    await Promise.resolve();
    expect(log).toEqual(['a', 'b', 'd']);
    ends[1]?.();
    ends[2]?.();
    await Promise.all([all[1], all[3]]);
    await turns.take(() => Promise.resolve(log.push('e')));
    expect(log).toEqual(['a', 'b', 'd', 'e']);
  });
  test('a task that fails gives its place back', async () => {
    const turns = new Turns(1);
    await expect(turns.take(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(turns.take(() => Promise.resolve(1))).resolves.toBe(1);
  });
});

test('the memory budget stays below what a tab may have', () => {
  expect(memoryBudgetBytes(undefined)).toBe(2 * 2 ** 30);
  expect(memoryBudgetBytes(0.5)).toBe(2 ** 28);
  expect(memoryBudgetBytes(64)).toBe(3 * 2 ** 30);
});

test('what was being analysed is known once after a crash, and not after an end', async () => {
  const storage = memoryStorage();
  const file = new File(['abc'], 'dump.heapsnapshot');
  let left: string | null = null;
  await writtenDown([file], () => Promise.resolve((left = storage.getItem('casebook.analysing'))), storage);
  expect(takeUnfinished(storage)).toBeUndefined();
  await expect(writtenDown([file], () => Promise.reject(new Error('no')), storage)).rejects.toThrow();
  expect(takeUnfinished(storage)).toBeUndefined();
  storage.setItem('casebook.analysing', String(left));
  expect(takeUnfinished(storage)).toEqual({ name: 'dump.heapsnapshot', sizeBytes: 3 });
  expect(takeUnfinished(storage)).toBeUndefined();
});

test('the largest set of one format that compares, oldest first', () => {
  const dropped = (key: number, name: string, lastModified: number, format?: string): Submission => ({
    ...newSubmission(key, new File(['x'], name, { lastModified })),
    recognition: format
      ? { state: 'looked', recognised: { format, compares: format !== 'csv', looksLike: 'text' } }
      : { state: 'looking' },
  });
  const all = [
    dropped(1, 'late', 300, 'v8'),
    dropped(2, 'early', 100, 'v8'),
    dropped(3, 'also early', 100, 'v8'),
    dropped(4, 'unknown yet', 50),
    dropped(5, 'other', 10, 'hprof'),
    ...[6, 7, 8, 9].map((key) => dropped(key, 'numbers', key, 'csv')),
  ];
  const names = (some: readonly Submission[]): string[] => comparableHere(some).map(({ file }) => file.name);
  expect(names(all)).toEqual(['early', 'also early', 'late']);
  const first = all.map((one) => (one.key === 1 ? { ...one, context: { capturedAtMs: 20 } } : one));
  expect(names(first)[0]).toBe('late');
  expect(names([])).toEqual([]);
});
