import type { HolderPath } from '../../graph/holder-paths.ts';
import type { Crowd } from '../../graph/suspects.ts';
import { describeLimit, isLimitName } from '../../heap/limit-name.ts';
import type { Heap } from './heap.ts';
import { shortName } from './java-names.ts';
import type { ObjectReader } from './object-reader.ts';

/** From the object that has the field to the array of its map: cache, map, array, entry. */
const ABOVE = 3;
const INT = 10;
const LONG = 11;
/** How the JDK says that there is no limit, as in a LinkedBlockingQueue. */
const NO_LIMIT = 2 ** 31 - 1;

/**
 * Does an object near the accumulation point have a limit that the crowd keeps to? A field counts when its name is one of a limit and its value is at least
 * the number of objects (which is reckoned from samples, so 10 % are let go); a value a thousand times as large is a size in bytes, or no limit at all. Objects on the path must have been read.
 */
export function findLimit(
  heap: Heap,
  reader: ObjectReader,
  { nodes, pile, pileShare, places }: HolderPath,
  crowd: Crowd,
): string | undefined {
  const fixed = findFixed(heap, reader, { nodes, pile, places }, crowd);
  if (fixed !== undefined) return fixed;
  const { classes } = heap;
  const instances = (crowd.instances * pileShare) / (pileShare < 1 ? 1 : places);
  for (const node of nodes.slice(Math.max(0, pile - ABOVE), pile + 1).reverse()) {
    const raw = reader.get(node);
    if (raw?.classNumber === undefined) continue;
    const keptTo = classes.fields(raw.classNumber).filter((field) => {
      if (!isLimitName(field.name) || (field.type !== INT && field.type !== LONG)) return false;
      const value = reader.value(raw, field);
      return value >= 0.9 * instances && value < 1000 * instances && value !== NO_LIMIT;
    });
    const limit = describeLimit(
      shortName(classes.name(raw.classNumber)),
      keptTo.map(({ name }) => name),
    );
    if (limit !== undefined) return limit;
  }
  return undefined;
}

/** Collections of the JDK and of Guava that nothing can be put into once they are made. */
const UNCHANGEABLE =
  /^(java\.util\.(ImmutableCollections\$\w+|Arrays\$ArrayList|Collections\$Unmodifiable\w+)|com\.google\.common\.collect\.(Regular|Singleton|Jdk)?Immutable\w+)$/;

/** A table that was read at the start: an array that a static field refers to and that has no place left, or a collection that cannot be changed. */
function findFixed(
  { columns, classes, graph }: Heap,
  reader: ObjectReader,
  { nodes, pile, places }: Pick<HolderPath, 'nodes' | 'pile' | 'places'>,
  { instances }: Crowd,
): string | undefined {
  if (places > 1) return undefined;
  // The view is above the map, and that above its table.
  for (const node of nodes.slice(Math.max(0, pile - 2), pile + 1)) {
    const raw = reader.get(node);
    if (raw?.classNumber !== undefined && UNCHANGEABLE.test(classes.name(raw.classNumber)))
      return `${shortName(classes.name(raw.classNumber))} cannot be changed once it is made`;
  }
  const array = reader.get(nodes[pile]!);
  if (array === undefined || array.classNumber !== undefined || array.elementType !== undefined) return undefined;
  const isStatic = columns.classNumberOf(nodes[pile - 1]!) !== undefined;
  const isFull = array.length >= instances && array.length <= 1.01 * instances;
  const count = array.length.toLocaleString('en-US');
  return isStatic && isFull
    ? `${shortName(graph.nodeName(array.node))} has ${count} places and all are taken`
    : undefined;
}
