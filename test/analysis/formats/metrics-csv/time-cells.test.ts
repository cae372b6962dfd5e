import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimeStyle } from '../../../../functions/analysis/formats/metrics-csv/cells.ts';
import { TimeCells } from '../../../../functions/analysis/formats/metrics-csv/time-cells.ts';

const two = (number: number): string => String(number).padStart(2, '0');

const NOTATIONS: Readonly<Record<string, [TimeStyle, (date: Date) => string]>> = {
  ISO: ['moment', (date) => date.toISOString()],
  'ISO without a zone': ['moment', (date) => date.toISOString().slice(0, 19).replace('T', ' ')],
  'ISO to the minute': ['moment', (date) => date.toISOString().slice(0, 16)],
  'a zone of half an hour': ['moment', (date) => date.toISOString().replace('Z', '+05:30')],
  American: ['moment', (date) => date.toLocaleString('en-US', { timeZone: 'UTC' })],
  British: ['moment-day-first', (date) => date.toLocaleString('en-GB', { timeZone: 'UTC' })],
  German: ['moment', (date) => date.toLocaleString('de-DE', { timeZone: 'UTC' })],
  'a log of a web server': [
    'moment',
    (date) => `${date.toISOString().slice(8, 10)}/Jan/2026:${date.toISOString().slice(11, 19)} +0000`,
  ],
  'clock of Finland': [
    'moment',
    (date) => `1.1.2026 ${date.getUTCHours()}.${two(date.getUTCMinutes())}.${two(date.getUTCSeconds())}`,
  ],
  'time of day': ['clock', (date) => date.toISOString().slice(11, 23)],
};

const read = (cells: TimeCells, text: string): number => {
  const bytes = new TextEncoder().encode(`,${text},`);
  return cells.read(bytes, 1, bytes.length - 1);
};

describe('the times of a column', () => {
  for (const [name, [style, write]] of Object.entries(NOTATIONS))
    it(`${name}: each cell is read as it is alone, whatever stood before it`, () => {
      const steps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: -90_000, max: 7_200_000 })), { maxLength: 60 });
      fc.assert(
        fc.property(steps, (all) => {
          const cells = new TimeCells(style);
          let timeMs = Date.UTC(2026, 0, 1, 10, 58);
          for (const stepMs of all) {
            const text = write(new Date((timeMs += stepMs)));
            const alone = read(new TimeCells(style), text);
            expect([text, read(cells, text)]).toEqual([text, alone]);
            expect(alone).not.toBeNaN();
          }
        }),
      );
    });

  it('takes nothing else for minutes, and no minutes that are none', () => {
    const cells = new TimeCells('moment');
    expect(read(cells, '2026-01-01+01:30')).toBe(read(new TimeCells('moment'), '2026-01-01+01:30'));
    expect(read(cells, '2026-01-01+01:00')).toBe(Date.UTC(2025, 11, 31, 23));
    expect(read(cells, '2026-01-01 10:15:20')).toBe(Date.UTC(2026, 0, 1, 10, 15, 20));
    for (const wrong of ['2026-01-01 10:75:20', '2026-01-01 10:1x:20', '2026-01-01 10:15?20', '2026-01-01 10:15:2'])
      expect([wrong, read(cells, wrong)]).toEqual([wrong, NaN]);
  });
});
