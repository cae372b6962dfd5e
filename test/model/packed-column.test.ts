import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packColumn, unpackColumn } from '../../functions/model/pack-column.ts';
import { PackedColumn } from '../../functions/model/packed-column.ts';

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -(2 ** 31), max: 2 ** 31 }) },
  { weight: 2, arbitrary: fc.maxSafeInteger() },
  { weight: 1, arbitrary: fc.constant(NaN) },
);

describe('packed columns', () => {
  test.each(['delta', 'slope'] as const)('give back what went in, gaps and all: %s', (form) => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 9, arbitrary: value }, fc.double({ noDefaultInfinity: true }))),
        (values) => {
          const column = PackedColumn.parse(packColumn(values, form));
          // -0 and 0 are one memory size.
          expect([...unpackColumn(column)].map((each) => each + 0)).toEqual(values.map((each) => each + 0));
        },
      ),
    );
  });

  test('the times of a scraper take about a byte each', () => {
    const times = Array.from({ length: 10_000 }, (_, i) => 1_700_000_000_000 + i * 15_000);
    const column = packColumn(times, 'slope');
    expect(column.text.length).toBeLessThan(10_000 * 1.4);
    expect([...unpackColumn(column)]).toEqual(times);
  });

  test("a stranger's column cannot claim more than its text holds, and ends in gaps", () => {
    expect(unpackColumn({ form: 'delta', count: 2_000_000, text: 'AAAA' })).toHaveLength(3);
    expect(unpackColumn({ form: 'float', count: 2_000_000, text: 'AAAA' })).toHaveLength(0);
    fc.assert(
      fc.property(
        fc.constantFrom('delta', 'slope', 'float'),
        fc.nat(500),
        fc.base64String({ maxLength: 400 }),
        (form, count, text) => {
          expect(unpackColumn({ form, count, text }).length).toBeLessThanOrEqual(count);
        },
      ),
    );
  });
});
