import type { ColumnPool } from '../../graph/column-pool.ts';
import { NONE } from '../../graph/object-graph.ts';
import { nodeKind } from './node-kinds.ts';
import type { Snapshot } from './parse.ts';
import { findShapes } from './shapes.ts';

export interface Classes {
  readonly classOf: Uint32Array;
  readonly names: readonly string[];
}

/**
 * The class of each node, by the names that Chrome DevTools shows: objects by constructor, plain objects by their common
 * properties, everything else by kind, such as `(string)` and `(compiled code)`. Classes of equal name are one class here (DevTools splits them
 * by the place of their constructor). `count` of nodes; 4 bytes each.
 */
export function findClasses(snapshot: Snapshot, detached: Uint8Array | undefined, pool: ColumnPool): Classes {
  const { header, nodes, strings } = snapshot;
  const { count, type, name } = nodes;
  const names: string[] = [];
  const idOf = new Map<string, number>();
  const classId = (text: string): number => {
    const known = idOf.get(text);
    if (known !== undefined) return known;
    idOf.set(text, names.length);
    names.push(text);
    return names.length - 1;
  };
  const byKind = new Map<number, number>();
  const kindClass = (kind: number): number => {
    const known = byKind.get(kind);
    if (known !== undefined) return known;
    const id = classId(classNameOf(undefined, header.nodeTypes[kind]));
    byKind.set(kind, id);
    return id;
  };
  const object = nodeKind(header, 'object');
  const native = nodeKind(header, 'native');
  const shapes = findShapes(snapshot);
  const shapeClasses = shapes.names.map(classId);
  const byName = new Map<number, number>();
  const kindOf = new Uint32Array(256).fill(NONE);
  const classOf = pool.take(count);
  for (let n = 0; n < count; n++) {
    const kind = type[n]!;
    if (kind !== object && kind !== native) {
      let id = kindOf[kind]!;
      if (id === NONE) id = kindOf[kind] = kindClass(kind);
      classOf[n] = id;
      continue;
    }
    const shape = kind === object ? shapes.shapeOf(n) : NONE;
    if (shape !== NONE) {
      classOf[n] = shapeClasses[shape]!;
      continue;
    }
    const isDetached = detached !== undefined && detached[n] === 1;
    // Detached nodes have their own entry: the label shifts by one bit.
    const key = name[n]! * 2 + (isDetached ? 1 : 0);
    let id = byName.get(key);
    if (id === undefined) {
      const text = strings.get(name[n]!, 300);
      id = classId(classNameOf(isDetached && !text.startsWith('Detached ') ? `Detached ${text}` : text));
      byName.set(key, id);
    }
    classOf[n] = id;
  }
  return { classOf, names };
}

/** The class of an object or native node by its name, or of anything else by its kind. */
export function classNameOf(name: string | undefined, kind = 'unknown'): string {
  return name === undefined ? (KIND_NAMES[kind] ?? `(${kind})`) : withoutAttributes(name);
}

const KIND_NAMES: Partial<Record<string, string>> = {
  hidden: '(system)',
  code: '(compiled code)',
  closure: 'Function',
  regexp: 'RegExp',
};

/** `<div id="a">` -> `<div>`: the class of an element is its tag. */
function withoutAttributes(name: string): string {
  // Newer V8 (Chrome 140) adds the function to each: `system / Context / scope @457`.
  if (name.startsWith('system / Context / ')) return 'system / Context';
  const start = name.startsWith('<') ? 0 : name.startsWith('Detached <') ? 10 : -1;
  const space = start < 0 ? -1 : name.indexOf(' ', start);
  return space < 0 ? name : `${name.slice(0, space)}>`;
}
