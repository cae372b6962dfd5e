import type { TableView } from '../../../../model/view.ts';
import { inSlices, type Slices } from '../../../graph/drive.ts';
import { TARGET } from '../../../graph/object-graph.ts';
import { sourceOf } from '../../../graph/paths.ts';
import { topIndices } from '../../../graph/top.ts';
import { LABEL_BITS, LABEL_MASK } from '../record-columns.ts';
import type { HeapTree } from '../heap.ts';
import { nodeKind } from '../node-kinds.ts';

const ROWS = 200;
const MIN_COUNT = 2;
const MAX_EVENTS = 100_000;

interface Closures {
  readonly name: number;
  readonly source: string;
  count: number;
  shallowBytes: number;
  retainedBytes: number;
}

/** Functions by name and by the place of their source: a leak of closures is one function many times. */
export function* closuresView(heap: HeapTree): Slices<TableView | undefined> {
  const { snapshot, tree, retained } = heap;
  const { nodes, strings, locations, header } = snapshot;
  const closure = nodeKind(header, 'closure');
  const at = (name: string): number => header.locationFields.indexOf(name);
  const [objectAt, scriptAt, lineAt] = [at('object_index'), at('script_id'), at('line')];
  const width = header.nodeFields.length;
  const groups = new Map<string, Closures>();
  // A dump may have millions of closures: one string each would outweigh the graph, so the last group is tried first.
  let last: { name: number; script: number; line: number; group: Closures } | undefined;
  function add(node: number, script: number, line: number): void {
    const position = tree.position[node]!;
    if (position >= tree.reached) return;
    const name = nodes.name[node]!;
    let group = last?.name === name && last.script === script && last.line === line ? last.group : undefined;
    if (group === undefined) {
      const key = `${name} ${script} ${line}`;
      group = groups.get(key);
      if (group === undefined) {
        const source = script < 0 ? '' : `script ${script}, line ${line + 1}`;
        groups.set(key, (group = { name, source, count: 0, shallowBytes: 0, retainedBytes: 0 }));
      }
      last = { name, script, line, group };
    }
    group.count++;
    group.shallowBytes += nodes.selfSize[node]!;
    group.retainedBytes += retained[position]!;
  }
  const located = new Uint8Array((nodes.count >>> 3) + 1);
  if (objectAt >= 0 && scriptAt >= 0 && lineAt >= 0)
    yield* inSlices(0, locations.length / locations.width, (from, to) => {
      for (let r = from * locations.width; r < to * locations.width; r += locations.width) {
        const node = Math.floor(locations.values[r + objectAt]! / width);
        if (node >= nodes.count || nodes.type[node] !== closure || (located[node >>> 3]! & (1 << (node & 7))) !== 0)
          continue;
        located[node >>> 3] = located[node >>> 3]! | (1 << (node & 7));
        add(node, locations.values[r + scriptAt]!, locations.values[r + lineAt]!);
      }
    });
  for (let node = nodes.type.indexOf(closure); node >= 0; node = nodes.type.indexOf(closure, node + 1))
    if ((located[node >>> 3]! & (1 << (node & 7))) === 0) add(node, -1, -1);
  const all = [...groups.values()].filter(({ count }) => count >= MIN_COUNT);
  const bytes = all.map(({ retainedBytes }) => retainedBytes);
  const rows = topIndices(bytes, all.length, ROWS).map((i) => {
    const { name, source, count, shallowBytes, retainedBytes } = all[i]!;
    return [strings.get(name, 200) || '(anonymous)', source, count, shallowBytes, retainedBytes];
  });
  if (rows.length === 0) return undefined;
  return {
    kind: 'table',
    name: 'closures',
    title: 'Functions that exist more than once',
    columns: [
      { name: 'function' },
      { name: 'source' },
      { name: 'instances', unit: 'count' },
      { name: 'shallowBytes', unit: 'bytes' },
      { name: 'retainedBytes', unit: 'bytes' },
    ],
    rows,
    note: 'Retained bytes are added up: a function that retains another of its name counts it twice.',
  };
}

/** Event emitters (`_events`) by event: how many listeners each has. */
export function listenersView(heap: HeapTree): TableView | undefined {
  const { snapshot, graph, tree, retained } = heap;
  const { nodes, edges, strings, header } = snapshot;
  const property = header.edgeTypes.indexOf('property');
  const element = header.edgeTypes.indexOf('element');
  const closure = nodeKind(header, 'closure');
  const eventsName = strings.find('_events');
  const countElements = (node: number): number => {
    let count = 0;
    for (let edge = nodes.firstEdge[node]!, end = nodes.firstEdge[node + 1]!; edge < end; edge++)
      if (edges.typeOf(edge) === element) count++;
    return count;
  };
  if (eventsName < 0) return undefined;
  const rows: (string | number)[][] = [];
  // All labels in the order of the file are read faster than the edges of each reachable object.
  const { label } = edges;
  const sought = (eventsName | (property << LABEL_BITS)) >>> 0;
  for (let edge = label.indexOf(sought); edge >= 0; edge = label.indexOf(sought, edge + 1)) {
    const emitter = sourceOf(graph, edge);
    if (tree.position[emitter]! >= tree.reached) continue;
    const events = edges.to[edge]! & TARGET;
    for (let one = nodes.firstEdge[events]!, last = nodes.firstEdge[events + 1]!; one < last; one++) {
      if (edges.typeOf(one) !== property || strings.equals(edges.label[one]! & LABEL_MASK, '__proto__')) continue;
      const target = edges.to[one]! & TARGET;
      const listeners = nodes.type[target] === closure ? 1 : countElements(target);
      if (listeners < 2) continue;
      const event = strings.get(edges.label[one]! & LABEL_MASK, 100);
      rows.push([graph.nodeName(emitter), event, listeners, retained[tree.position[target]!] ?? 0]);
    }
    if (rows.length > MAX_EVENTS) break;
  }
  if (rows.length === 0) return undefined;
  rows.sort((a, b) => Number(b[2]) - Number(a[2]));
  return {
    kind: 'table',
    name: 'listeners',
    title: 'Event listeners',
    columns: [
      { name: 'emitter' },
      { name: 'event' },
      { name: 'listeners', unit: 'count' },
      { name: 'retainedBytes', unit: 'bytes' },
    ],
    rows: rows.slice(0, ROWS),
  };
}
