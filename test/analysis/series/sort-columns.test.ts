import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sortColumns } from '../../../functions/analysis/series/sort-columns.ts';

/** Stretches that rise, fall, or neither, of times that repeat; values say in which order they came. */
const TIMES = fc
  .array(fc.tuple(fc.constantFrom('rises', 'falls', 'as it is'), fc.array(fc.nat(60), { maxLength: 12 })), {
    maxLength: 8,
  })
  .map((stretches) =>
    stretches.flatMap(([how, times]) =>
      how === 'as it is' ? times : times.toSorted((a, b) => (how === 'rises' ? a - b : b - a)),
    ),
  );

it('sorts as the engine does, the earlier of equal times first, and leaves what it was given', () => {
  fc.assert(
    fc.property(TIMES, fc.nat(3), (list, unused) => {
      const times = Float64Array.from([...list, ...Array<number>(unused).fill(-1)]);
      const values = Float64Array.from(times, (_, i) => i);
      const order = list.map((_, i) => i).sort((a, b) => list[a]! - list[b]!);
      const sorted = sortColumns({ times, values }, list.length);
      expect([...sorted.values]).toEqual(order);
      expect([...sorted.times]).toEqual(order.map((i) => list[i]));
      expect([...values]).toEqual([...times.keys()]);
    }),
    { numRuns: 500 },
  );
});
