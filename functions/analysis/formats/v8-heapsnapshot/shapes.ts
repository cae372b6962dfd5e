import { NONE, NOT_RETAINING } from '../../graph/object-graph.ts';
import { LABEL_MASK } from './record-columns.ts';
import { edgeKind, nodeKind } from './node-kinds.ts';
import type { NamedNodes } from './classes.ts';

/** Names for plain objects by their properties: `{docId, title}`. */
export interface Shapes {
  /** node -> index in `names`, or NONE for what is no plain object or has no common shape. */
  readonly shapeOf: (node: number) => number;
  readonly names: readonly string[];
}

const MAX_NAME_LENGTH = 120;
const MAX_SHAPES = 20_000;

/** One exact list of properties. */
interface Shape {
  readonly properties: readonly number[];
  count: number;
  /** Index of its name, or NONE. */
  named: number;
}

/**
 * Groups objects made by literals and JSON by the properties that they begin with, as Chrome DevTools does: a name is given to every
 * list of properties (up to 120 characters of it) that at least one plain object in 1,000, and at least two, have; an object goes to the named list with most
 * properties all of which it has. More than 20,000 different lists are objects used as maps: those beyond stay "Object".
 */
export function findShapes(snapshot: NamedNodes): Shapes {
  const { header, nodes, edges, strings } = snapshot;
  const object = nodeKind(header, 'object');
  const property = edgeKind(header, 'property');
  const plainName = strings.find('Object');
  const protoName = strings.find('__proto__');
  const shapes: Shape[] = [];
  const byHash = new Map<number, number[]>();
  let plainObjects = 0;
  const { firstEdge, type, name, count } = nodes;
  const { to, label } = edges;
  const isPlain = (node: number): boolean => plainName >= 0 && type[node] === object && name[node] === plainName;

  function propertyAt(edge: number): number {
    const text = label[edge]!;
    const index = text & LABEL_MASK;
    // Weak properties are of another type; a reference to nothing is no property.
    return text >>> 29 === property && index !== protoName && to[edge]! !== NOT_RETAINING ? index : -1;
  }
  function sameProperties(node: number, properties: readonly number[]): boolean {
    let matched = 0;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      const index = propertyAt(edge);
      if (index >= 0 && properties[matched++] !== index) return false;
    }
    return matched === properties.length;
  }
  function listProperties(node: number): number[] {
    const properties: number[] = [];
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++)
      if (propertyAt(edge) >= 0) properties.push(propertyAt(edge));
    return properties;
  }
  function shapeAt(node: number): number {
    let hash = 17;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      const index = propertyAt(edge);
      if (index >= 0) hash = (Math.imul(hash, 0x9e3779b1) + index) | 0;
    }
    const known = byHash.get(hash);
    for (const index of known ?? []) if (sameProperties(node, shapes[index]!.properties)) return index;
    if (shapes.length >= MAX_SHAPES) return -1;
    shapes.push({ properties: listProperties(node), count: 0, named: NONE });
    if (known) known.push(shapes.length - 1);
    else byHash.set(hash, [shapes.length - 1]);
    return shapes.length - 1;
  }

  // The shape of each plain object, kept in the order in which they come: 4 bytes each.
  let kept = new Uint32Array(1024);
  for (let node = 0; node < count; node++) {
    if (!isPlain(node)) continue;
    const index = shapeAt(node);
    if (plainObjects === kept.length) {
      const larger = new Uint32Array(kept.length * 2);
      larger.set(kept);
      kept = larger;
    }
    kept[plainObjects++] = index < 0 ? NONE : index;
    if (index >= 0) shapes[index]!.count++;
  }
  const names = nameShapes(shapes, plainObjects, (index) => strings.get(index));
  let next = 0;
  let last = -1;
  return {
    names,
    // Called in ascending order of nodes (by the pass that gives classes): a cursor replaces a column for all nodes.
    shapeOf(node) {
      if (!isPlain(node)) return NONE;
      if (node <= last) throw new RangeError('shapes are asked for in ascending order');
      last = node;
      const index = kept[next++]!;
      return index === NONE ? NONE : shapes[index]!.named;
    },
  };
}

function nameShapes(shapes: Shape[], plainObjects: number, text: (index: number) => string): string[] {
  interface Definition {
    readonly name: string;
    readonly properties: readonly number[];
    count: number;
  }
  const definitions = new Map<string, Definition>();
  for (const shape of shapes) {
    let name = '{';
    const used: number[] = [];
    for (const index of shape.properties) {
      const formatted = formatProperty(text(index));
      if (name.length > 1 && name.length + formatted.length > MAX_NAME_LENGTH) break;
      name += name.length > 1 ? `, ${formatted}` : formatted;
      used.push(index);
    }
    if (used.length === 0) continue;
    name += '}';
    const known = definitions.get(name);
    if (known) known.count += shape.count;
    else definitions.set(name, { name, properties: used, count: shape.count });
  }
  const minimum = Math.max(2, plainObjects / 1000);
  const common = [...definitions.values()].filter(({ count }) => count >= minimum).sort((a, b) => b.count - a.count);
  const byLength = common
    .map(({ properties }, index) => ({ size: properties.length, needs: [...countEach(properties)], index }))
    .sort((a, b) => b.size - a.size || a.index - b.index);
  for (const shape of shapes) {
    const has = countEach(shape.properties);
    const fits = ({ needs }: { needs: [number, number][] }): boolean =>
      needs.every(([index, times]) => (has.get(index) ?? 0) >= times);
    shape.named = byLength.find(fits)?.index ?? NONE;
  }
  return common.map(({ name }) => name);
}

/** Symbols are all called `<symbol>`, so a property may come several times. */
function countEach(indices: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const index of indices) counts.set(index, (counts.get(index) ?? 0) + 1);
  return counts;
}

/** Names with commas, quotes or braces are quoted. */
function formatProperty(name: string): string {
  return /[,'"{}]/.test(name) ? JSON.stringify(name) : name;
}
