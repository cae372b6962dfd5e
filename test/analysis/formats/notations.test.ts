import { describe, expect, it } from 'vitest';
import { hasDecimalComma, parseQuantity } from '../../../functions/analysis/formats/quantity.ts';
import { splitTime, timeOfLine } from '../../../functions/analysis/formats/time-line.ts';
import { parseEpoch, parseMoment } from '../../../functions/analysis/formats/timestamp.ts';

describe('parseQuantity', () => {
  it.each([
    ['1.2 GiB', 1.2 * 2 ** 30, 'bytes'],
    ['67Mi', 67 * 2 ** 20, 'bytes'],
    ['24716Ki', 24716 * 1024, 'bytes'],
    ['1.5 GB', 1.5e9, 'bytes'],
    ['512 B', 512, 'bytes'],
    ['250m', 0.25, ''],
    ['12345678n', 0.012345678, ''],
    ['3.4 Mil', 3.4e6, ''],
    ['129M', 129e6, ''],
    ['1e3', 1000, ''],
    ['-5.5', -5.5, ''],
    ['1,234,567.5', 1234567.5, ''],
    ['56.3%', 56.3, '%'],
    ['12 ms', 0.012, 's'],
    ['1.5 hours', 5400, 's'],
    ['1\u202f234\u00a0567', 1234567, ''],
    ["1'234.5", 1234.5, ''],
    ['1.234.567,5 MB', 1234567.5e6, 'bytes'],
    ['1.234.567', 1234567, ''],
    ['12 Mio', 12 * 2 ** 20, 'bytes'],
  ])('%s', (text, value, unit) => {
    expect(parseQuantity(text)?.value).toBeCloseTo(value, 9);
    expect(parseQuantity(text)?.unit).toBe(unit);
  });

  it.each([
    ['1,5 GiB', 1.5 * 2 ** 30],
    ['1.234,5', 1234.5],
    ['1 234,5', 1234.5],
    ['1,234', 1.234],
    ['1.5', 1.5],
    ['1,234,567', 1234567],
  ])('%s where the comma is that of a fraction', (text, value) => {
    expect(parseQuantity(text, true)?.value).toBeCloseTo(value, 9);
  });

  it('knows a comma that can only be that of a fraction', () => {
    for (const text of ['12,5', '0,25 GiB', '1.234,567', '1 234,5', '12,3456'])
      expect(hasDecimalComma(text)).toBe(true);
    for (const text of ['1,234', '12,345,678', '1,234.5', '5', '1.5']) expect(hasDecimalComma(text)).toBe(false);
  });

  it.each([
    '12,34,567',
    '1 23',
    "1'23'456",
    '1,234.567,8',
    '',
    'abc',
    '1.2.3',
    '12 apples',
    '1,23',
    '0x10',
    '--1',
    'NaN',
    '5 GiB extra',
  ])('leaves %j alone', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });
});

describe('parseMoment', () => {
  const noon = Date.UTC(2026, 3, 5, 12, 30, 15);
  it.each([
    ['2026-04-05T12:30:15Z', noon],
    ['2026-04-05 12:30:15', noon],
    ['2026/04/05 12:30:15', noon],
    ['2026-04-05T14:30:15+02:00', noon],
    ['2026-04-05T12:30:15.250Z', noon + 250],
    ['2026-04-05 12:30:15.957828', noon + 957.828],
    ['2026-04-05 12:30:15 +0000 UTC', noon],
    ['4/5/2026, 12:30:15 PM', noon],
    ['04/05/2026 12:30:15', noon],
    ['05.04.2026 12:30:15', noon],
    ['Apr 5, 2026 @ 12:30:15.000', noon],
    ['Sun Apr  5 12:30:15 UTC 2026', noon],
    ['Sun, 05 Apr 2026 12:30:15 GMT', noon],
    ['2026-04-05T12:30:15+00', noon],
    ['2026-04-05 12:30:15 PM', noon],
    ['2026-04-05T14:30:15+02:00[Europe/Paris]', noon],
    ['20260405T123015Z', noon],
    ['4/5/26, 12:30:15 PM', noon],
    ['4/5/2026, 12:30:15\u202fPM', noon],
    ['04-05-2026 12:30:15', noon],
    ['5.4.2026 12.30.15', noon],
    ['Apr 5, 2026, 12:30:15 PM', noon],
    ['April 5, 2026 at 12:30:15 PM', noon],
    ['5 Apr 2026 12:30:15', noon],
    ['5 April 2026, 12:30:15', noon],
    ['05/Apr/2026:14:30:15 +0200', noon],
    ['Sun Apr  5 12:30:15 PM UTC 2026', noon],
    ['Sun Apr 05 2026 14:30:15 GMT+0200 (Central European Summer Time)', noon],
    ['Sun Apr  5 14:30:15 CEST 2026', noon],
    ['So 5. Apr 14:30:15 CEST 2026', noon],
    ['So Apr  5 14:30:15 CEST 2026', noon],
    ['dim. 05 avril 2026 14:30:15 CEST', noon],
    ['dom 05 abr 2026 12:30:15 UTC', noon],
    ['mar. 05 août 2025 12:30:15 UTC', Date.UTC(2025, 7, 5, 12, 30, 15)],
    ['ven 05 dic 2025 12:30:15 UTC', Date.UTC(2025, 11, 5, 12, 30, 15)],
    ['2026-04-05', Date.UTC(2026, 3, 5)],
  ])('%s', (text, expected) => {
    expect(parseMoment(text)).toBeCloseTo(expected, 3);
  });

  it('reads the day first when told', () => {
    expect(parseMoment('04/05/2026 12:30', true)).toBe(Date.UTC(2026, 4, 4, 12, 30));
  });

  it.each([
    '',
    '12345678',
    '2026-13-01',
    '2026-01-32',
    'yesterday',
    '1.2.3.4 and more',
    '99/99/2026',
    '10.15.24',
    '4/5/2026 13:30 PM',
    'Foo 5, 2026 12:30',
  ])('leaves %j alone', (text) => {
    expect(parseMoment(text)).toBeNaN();
  });
});

describe('times of lines', () => {
  it('tells seconds, milliseconds, microseconds and nanoseconds apart', () => {
    for (const factor of [1, 1e3, 1e6, 1e9]) expect(parseEpoch(1_760_000_000 * factor)).toBe(1_760_000_000_000);
    expect(parseEpoch(12345)).toBeNaN();
  });

  it('reads a line that is a time', () => {
    const expected = Date.UTC(2026, 4, 4, 10, 0, 0);
    const spellings = [
      '2026-05-04T10:00:00Z',
      '=== Mon May  4 10:00:00 UTC 2026 ===',
      '# 2026-05-04 10:00:00',
      'timestamp: 2026-05-04T10:00:00Z',
      '1777888800',
      'Mon May 04 2026 12:00:00 GMT+0200 (Central European Summer Time)',
      '(2026-05-04T10:00:00Z)',
      '# scraped at 2026-05-04T10:00:00Z',
      'Every 2.0s: kubectl top pod          host: Mon May  4 10:00:00 2026',
    ];
    for (const text of spellings) expect(timeOfLine(text)).toBe(expected);
    expect(timeOfLine('anon 790425600')).toBeNaN();
  });

  it('splits a time from what follows', () => {
    expect(splitTime('2026-05-04T10:00:00Z app 5m 6Mi')).toEqual({
      timeMs: Date.UTC(2026, 4, 4, 10),
      rest: 'app 5m 6Mi',
    });
    expect(splitTime('1777888800 anon 5')).toEqual({ timeMs: 1777888800000, rest: 'anon 5' });
    expect(splitTime('anon 1777888800')).toEqual({ timeMs: NaN, rest: 'anon 1777888800' });
  });
});
