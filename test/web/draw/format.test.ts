import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatDuration,
  formatLimit,
  formatNumber,
  formatQuantity,
  formatUtc,
  plural,
  wordsOf,
} from '../../../web/draw/format.ts';

const plain = (text: string): string => text.replace(/\u202f/g, ' ').replace(/\u2212/g, '-');

describe('numbers', () => {
  test.each([
    [0, '0'],
    [12_345, '12,345'],
    [1_234_567, '1,234,567'],
    [0.0123456, '0.0123'],
    [3.14159, '3.14'],
    [-42, '-42'],
    [999.5, '1,000'],
    [NaN, 'unknown'],
    [Infinity, '∞'],
    [1e21, '1.00e+21'],
  ])('%d is %s', (value, text) => expect(plain(formatNumber(value))).toBe(text));
});

describe('bytes', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [4_100_000, '4.1 MB'],
    [999_999, '1 MB'],
    [1_310_000_000, '1.31 GB'],
    [-880_000, '-880 kB'],
  ])('%d is %s', (value, text) => expect(plain(formatBytes(value))).toBe(text));

  test('a limit is said in the unit in which it is round', () => {
    expect(plain(formatLimit(2 * 2 ** 30))).toBe('2 GiB');
    expect(plain(formatLimit(512 * 2 ** 20))).toBe('512 MiB');
    expect(plain(formatLimit(2_000_000_000))).toBe('2 GB');
  });

  test('never shows 1,000 of a unit that has a larger one, and stays within 0.5 % of the truth', () => {
    const factor: Record<string, number> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 };
    fc.assert(
      fc.property(fc.double({ min: 1, max: 9e17, noNaN: true }), (value) => {
        const [number = '', unit = ''] = plain(formatBytes(value)).split(' ');
        const shown = Number(number.replaceAll(',', ''));
        if (unit !== 'PB') expect(shown).toBeLessThan(1000);
        expect(Math.abs(shown * (factor[unit] ?? NaN) - value)).toBeLessThanOrEqual(value * 0.00501);
      }),
    );
  });
});

test.each([
  [250, '250 ms'],
  [41 * 3_600_000, '41 h'],
  [60 * 86_400_000, '60 days'],
  [95_000, '1.6 min'],
])('a duration of %d ms is %s', (ms, text) => expect(plain(formatDuration(ms))).toBe(text));

test.each([
  [22e6, 'bytes/h', '22 MB an hour'],
  [0.88e6, 'bytes/run', '880 kB a run'],
  [0.5, 'ratio', '50 %'],
  [12, '%', '12 %'],
  [120, 'h', '5 days'],
  [7, 'count', '7'],
  [3, 'objects', '3 objects'],
])('%d %s is %s', (value, unit, text) => expect(plain(formatQuantity(value, unit))).toBe(text));

test('times, ages, plurals and names of facts', () => {
  const at = Date.UTC(2026, 10, 22, 21, 4);
  expect(formatUtc(at)).toBe('22 Nov 2026, 21:04 UTC');
  expect(formatUtc(NaN)).toBe('at an unknown time');
  expect(plain(formatAge(at - 3 * 3_600_000, at))).toBe('3 h ago');
  expect(plural(1, 'row')).toBe('1 row');
  expect(plural(3000, 'row')).toBe('3,000 rows');
  expect(wordsOf('memoryLimitBytes')).toBe('memory limit');
  expect(wordsOf('retainedBytesDelta')).toBe('retained delta');
  expect(wordsOf('bytes')).toBe('bytes');
});
