import type { HolderPath } from '../../graph/holder-paths.ts';
import type { Crowd } from '../../graph/suspects.ts';
import { describeLimit, isLimitName } from '../../heap/limit-name.ts';
import { roleOfClass } from './class-roles.ts';
import type { Heap } from './heap.ts';
import { shortName } from './java-names.ts';
import type { ObjectReader } from './object-reader.ts';

/** From the object that has the field to the array of its map: cache, map, array, entry. */
const ABOVE = 3;
const INT = 10;
const LONG = 11;
/** How the JDK says that there is no limit, as in a LinkedBlockingQueue. */
const NO_LIMIT = 2 ** 31 - 1;
const LINKED_MAP = 'java.util.LinkedHashMap';
const ARRAY_QUEUE = 'java.util.concurrent.ArrayBlockingQueue';

/**
 * Does an object near the accumulation point have a limit that the crowd keeps to? A field counts when its name is one of a limit and its value is at least
 * the number of objects (which is reckoned from samples, so 10 % are let go); a value a thousand times as large is a size in bytes, or no limit at all. Objects on the path must have been read.
 */
export function findLimit(
  { classes }: Heap,
  reader: ObjectReader,
  { nodes, pile, pileShare, places }: HolderPath,
  crowd: Crowd,
): string | undefined {
  const instances = (crowd.instances * pileShare) / (pileShare < 1 ? 1 : places);
  for (const node of nodes.slice(Math.max(0, pile - ABOVE), pile + 1).reverse()) {
    const raw = reader.get(node);
    if (raw?.classNumber === undefined) continue;
    const name = classes.name(raw.classNumber);
    if (classes.isA(raw.classNumber, ARRAY_QUEUE)) return `${shortName(name)} has as many places as it was made with`;
    // A dump has no methods. One with a method of its own is a class of its own, and this is the method that they have.
    if (classes.isA(raw.classNumber, LINKED_MAP) && roleOfClass(name) === 'user')
      return `${shortName(name)} is a LinkedHashMap with methods of its own, as are made to drop the eldest entry`;
    const keptTo = classes.fields(raw.classNumber).filter((field) => {
      if (!isLimitName(field.name) || (field.type !== INT && field.type !== LONG)) return false;
      const value = reader.value(raw, field);
      return value >= 0.9 * instances && value < 1000 * instances && value !== NO_LIMIT;
    });
    const limit = describeLimit(
      shortName(name),
      keptTo.map(({ name }) => name),
    );
    if (limit !== undefined) return limit;
  }
  return undefined;
}
