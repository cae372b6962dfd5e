import type { HolderPath } from '../../graph/holder-paths.ts';
import type { Crowd } from '../../graph/suspects.ts';
import { countInWords } from '../../heap/holder-words.ts';
import { roleOfClass } from './class-roles.ts';
import type { Heap } from './heap.ts';
import { shortName } from './java-names.ts';
import type { ObjectReader } from './object-reader.ts';
import { threadOutOfMemory } from './threads.ts';

/** Nothing can be put into these once they are made: of the JDK, and of Guava. */
const UNCHANGEABLE =
  /^(java\.util\.(ImmutableCollections\$\w+|Arrays\$ArrayList)|com\.google\.common\.collect\.(Regular|Singleton|Jdk)?Immutable\w+)$/;
/** They show another collection, which whoever made them may have kept; then the way to it is the shorter one. */
const VIEW = /^java\.util\.Collections\$Unmodifiable\w+$/;
/** From a view to the array of its map. */
const BELOW_VIEW = 2;
/** Texts and settings that are read as a whole, and the map inside. */
const READ_AS_A_WHOLE = ['java.util.ResourceBundle', 'java.util.Properties'];
const BELOW_READ = 4;
const LIST = /^java\.util\.(ArrayList|Vector|Stack)$/;
/** An array that grows is full at a moment by chance, once in as many as it holds. */
const MIN_PLACES = 100;

/**
 * Why a crowd is a table that was read as a whole and not a pile that is added to, in one clause: what holds it has no place left, or cannot be changed. An
 * array that is full when memory has run out may be the one that was to be made larger, and says nothing. Objects on the path must have been read.
 */
export function findFixed(heap: Heap, reader: ObjectReader, path: HolderPath, crowd: Crowd): string | undefined {
  const { classes, graph } = heap;
  const { nodes, pile, places } = path;
  const classOf = (node: number): number | undefined => reader.get(node)?.classNumber;
  for (const node of nodes.slice(Math.max(0, pile - BELOW_READ), pile + 1)) {
    const read = READ_AS_A_WHOLE.find((name) => classes.isA(classOf(node) ?? 0, name));
    if (read !== undefined)
      return `${shortName(graph.nodeName(node))} is a ${shortName(read)}, which is read as a whole`;
  }
  if (places === 1) {
    const unchangeable = nodes.slice(0, pile + 1).find((node, i) => {
      const name = classOf(node) === undefined ? '' : graph.nodeName(node);
      if (VIEW.test(name)) return i >= pile - BELOW_VIEW;
      // What is inside of a collection inside may be added to.
      return UNCHANGEABLE.test(name) && nodes.slice(i + 1, pile + 1).every((inner) => classOf(inner) === undefined);
    });
    if (unchangeable !== undefined)
      return `${shortName(graph.nodeName(unchangeable))} cannot be changed once it is made`;
  }
  return threadOutOfMemory(heap) === undefined ? findFull(heap, reader, path, crowd) : undefined;
}

/** Arrays right above a crowd without a place left, that the program has by itself, in arrays as full or in a list. */
function findFull(
  { graph, columns }: Heap,
  reader: ObjectReader,
  { nodes, pile, pileShare, places: pilePlaces }: HolderPath,
  { instances }: Crowd,
): string | undefined {
  let owner = nodes.length - 2;
  let places = pilePlaces;
  for (; owner >= 0 && graph.nodeName(nodes[owner]!).endsWith('[]'); owner--) {
    const node = nodes[owner]!;
    const length = reader.get(node)?.length ?? Infinity;
    if (graph.firstEdge[node + 1]! - graph.firstEdge[node]! < length) return undefined;
    if (owner >= pile) places *= length;
  }
  // Not arrays alone between the pile and them, or more than there are places: in chains, which grow.
  if (owner < 0 || owner >= pile || places < Math.max(MIN_PLACES, 0.99 * instances * pileShare)) return undefined;
  const above = nodes[owner]!;
  const name = graph.nodeName(above);
  const isOwn = columns.classNumberOf(above) !== undefined || roleOfClass(name) === 'user';
  if (!isOwn && !LIST.test(name)) return undefined;
  const array = shortName(graph.nodeName(nodes[owner + 1]!));
  return `${array} has ${countInWords(places)} places and all are taken`;
}
