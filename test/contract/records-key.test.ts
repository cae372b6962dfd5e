import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterPrefix } from '../../functions/platform/records/key.ts';

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
/** Mostly the code points where an order of UTF-16 units, a carry or the gap of the surrogates goes wrong. */
const edges = fc.constantFrom(
  'a',
  'b',
  '\u0001',
  '\u007f',
  '\u0080',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '\u{10000}',
  '\u{10ffff}',
);
const text = fc.string({
  unit: fc.oneof(edges, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })),
  maxLength: 6,
});

describe('the end of a prefix', () => {
  it('divides the strings with the prefix from all that are greater', () => {
    fc.assert(
      fc.property(text, text, text, (prefix, tail, other) => {
        const end = afterPrefix(prefix);
        if (end === undefined) {
          expect(prefix).toMatch(/^\u{10ffff}*$/u);
          return;
        }
        expect(compare(prefix + tail, end)).toBeLessThan(0);
        if (compare(other, prefix) >= 0 && compare(other, end) < 0) expect(other.startsWith(prefix)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['', undefined],
    ['\u{10ffff}\u{10ffff}', undefined],
    ['a', 'b'],
    ['a\u{10ffff}', 'b'],
    ['\ud7ff', '\ue000'],
    ['x\uffff', 'x\u{10000}'],
  ])('of %j is %j', (prefix, end) => expect(afterPrefix(prefix)).toBe(end));
});
