import { inSlices, part, type Slices } from '../../graph/drive.ts';
import { NONE } from '../../graph/object-graph.ts';
import type { Task } from '../../parallel.ts';
import type { EdgeTable } from './edge-table.ts';
import type { Header } from './header.ts';
import { nodeKind } from './node-kinds.ts';
import type { NodeTable } from './node-table.ts';
import type { Snapshot } from './parse.ts';
import { findShapes } from './shapes.ts';
import { type StringParts, StringTable } from './string-table.ts';

/** What classes are found by. */
export interface NamedNodes {
  readonly header: Header;
  readonly nodes: Pick<NodeTable, 'count' | 'type' | 'name' | 'firstEdge'>;
  readonly edges: Pick<EdgeTable, 'to' | 'label'>;
  readonly strings: StringTable;
}

interface ClassInput extends Omit<NamedNodes, 'strings'> {
  readonly strings: StringParts;
  /** 1 for native nodes out of their document. */
  readonly detached: Uint8Array | undefined;
  /** The class of each node: the answer's column. */
  readonly classOf: Uint32Array;
}

/** The names of classes. It may run beside the dominators, which change nothing that it looks at. */
export const findClasses: Task<ClassInput, readonly string[]> = { name: 'v8-classes', start: findInSlices };

export function classInput(
  { header, nodes, edges, strings }: Snapshot,
  detached: Uint8Array | undefined,
  classOf: Uint32Array,
): ClassInput {
  const { count, type, name, firstEdge } = nodes;
  return {
    header,
    nodes: { count, type, name, firstEdge },
    edges: { to: edges.to, label: edges.label },
    strings: strings.parts,
    detached,
    classOf,
  };
}

function* findInSlices({ classOf, detached, strings, ...rest }: ClassInput): Slices<readonly string[]> {
  return yield* nameClasses({ ...rest, strings: StringTable.of(strings) }, detached, classOf);
}

/**
 * The class of each node, by the names that Chrome DevTools shows: objects by constructor, plain objects by their common
 * properties, everything else by kind, such as `(string)` and `(compiled code)`. Classes of equal name are one class here (DevTools splits them
 * by the place of their constructor). Ids go to `classOf`; returns the names.
 */
function* nameClasses(snapshot: NamedNodes, detached: Uint8Array | undefined, classOf: Uint32Array): Slices<string[]> {
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
  yield 0;
  const shapes = findShapes(snapshot);
  yield 0.4;
  const shapeClasses = shapes.names.map(classId);
  const byName = new Map<number, number>();
  const kindOf = new Uint32Array(256).fill(NONE);
  function nameClass(n: number): void {
    const kind = type[n]!;
    if (kind !== object && kind !== native) {
      let id = kindOf[kind]!;
      if (id === NONE) id = kindOf[kind] = kindClass(kind);
      classOf[n] = id;
      return;
    }
    const shape = kind === object ? shapes.shapeOf(n) : NONE;
    if (shape !== NONE) {
      classOf[n] = shapeClasses[shape]!;
      return;
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
  yield* part(
    inSlices(0, count, (from, to) => {
      for (let n = from; n < to; n++) nameClass(n);
    }),
    0.4,
    1,
  );
  return names;
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
