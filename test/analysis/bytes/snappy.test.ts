import fc from 'fast-check';
import * as snappyjs from 'snappyjs';
import { expect, it } from 'vitest';
import { unpackSnappy } from '../../../functions/analysis/bytes/snappy.ts';
import { isAppError } from '../../../functions/model/error.ts';

const repetitive = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.integer({ min: 1, max: 30 })), { maxLength: 12 })
  .map((parts) =>
    Uint8Array.from(parts.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat())),
  );

it('unpacks what snappyjs packs', () => {
  fc.assert(
    fc.property(repetitive, (bytes) => {
      const packed = snappyjs.compress(bytes);
      expect(unpackSnappy(packed, { maxBytes: 1 << 20 })).toEqual(bytes);
    }),
  );
});

it('unpacks the beginning of what is cut behind its length', () => {
  fc.assert(
    fc.property(repetitive, fc.nat(), (bytes, cut) => {
      const packed = snappyjs.compress(bytes);
      const part = unpackSnappy(packed.subarray(0, 5 + (cut % packed.length)), { maxBytes: 100, partial: true });
      expect(bytes.subarray(0, part.length)).toEqual(part);
    }),
    { examples: [[new Uint8Array(300), 3]] },
  );
});

it('refuses damage with an AppError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) => {
      try {
        expect(unpackSnappy(bytes, { maxBytes: 1 << 16 }).length).toBeLessThanOrEqual(1 << 16);
      } catch (error) {
        expect(isAppError(error)).toBe(true);
      }
    }),
  );
  expect(() => unpackSnappy(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f), { maxBytes: 100 })).toThrow(/at most 100/);
});
