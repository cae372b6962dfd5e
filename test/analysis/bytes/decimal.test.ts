import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDecimal } from '../../../functions/analysis/bytes/decimal.ts';

const parse = (text: string): number => {
  const bytes = new TextEncoder().encode(`x${text}y`);
  return parseDecimal(bytes, 1, bytes.length - 1);
};

it('reads every double as Number does', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(parse(Object.is(value, -0) ? '-0' : String(value))).toBe(value);
    }),
    { numRuns: 5000 },
  );
});

it('reads every spelling of a decimal as Number does', () => {
  const digits = fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength: 1, maxLength: 25 });
  const spelling = fc
    .tuple(
      fc.constantFrom('', '-', '+'),
      digits,
      fc.option(digits),
      fc.option(fc.tuple(fc.constantFrom('e', 'E'), fc.integer({ min: -330, max: 330 }))),
    )
    .map(
      ([sign, whole, fraction, exponent]) =>
        sign + whole + (fraction === null ? '' : `.${fraction}`) + (exponent?.join('') ?? ''),
    );
  fc.assert(
    fc.property(spelling, (text) => {
      expect(parse(text)).toBe(Number(text));
    }),
    { numRuns: 5000 },
  );
});

it.each(['', '-', '.', 'NaN', '1e', '1e+', 'e5', '0x10', '1_000', '1.2.3', '1 ', ' 1', '--1'])('refuses %j', (text) => {
  expect(parse(text)).toBeNaN();
});
