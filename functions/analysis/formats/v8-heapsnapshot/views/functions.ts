import type { TableView } from '../../../../model/view.ts';
import { TARGET } from '../../../graph/object-graph.ts';
import { topIndices } from '../../../graph/top.ts';
import { LABEL_MASK } from '../edge-table.ts';
import type { Heap } from '../heap.ts';
import { nodeKind } from '../node-kinds.ts';

const ROWS = 200;
const MIN_COUNT = 2;

/** Functions by name and by the place of their source: a leak of closures is one function many times. */
export function closuresView(heap: Heap): TableView | undefined {
  const { snapshot, tree, retained } = heap;
  const { nodes, strings, locations, header } = snapshot;
  const closure = nodeKind(header, 'closure');
  const at = (name: string): number => header.locationFields.indexOf(name);
  const [objectAt, scriptAt, lineAt] = [at('object_index'), at('script_id'), at('line')];
  const place = new Map<number, string>();
  const width = header.nodeFields.length;
  if (objectAt >= 0 && scriptAt >= 0)
    for (let r = 0; r < locations.length; r += locations.width)
      place.set(
        Math.floor(locations.values[r + objectAt]! / width),
        `script ${locations.values[r + scriptAt]!}, line ${(locations.values[r + lineAt] ?? 0) + 1}`,
      );
  const groups = new Map<string, { name: number; place: string; count: number; shallow: number; retained: number }>();
  for (let p = 0; p < tree.reached; p++) {
    const node = tree.order[p]!;
    if (nodes.type[node] !== closure) continue;
    const where = place.get(node) ?? '';
    const key = `${nodes.name[node]!}|${where}`;
    let group = groups.get(key);
    if (group === undefined)
      groups.set(key, (group = { name: nodes.name[node]!, place: where, count: 0, shallow: 0, retained: 0 }));
    group.count++;
    group.shallow += nodes.selfSize[node]!;
    group.retained += retained[p]!;
  }
  const all = [...groups.values()].filter(({ count }) => count >= MIN_COUNT);
  const rows = topIndices(
    all.map((group) => group.retained),
    all.length,
    ROWS,
  ).map((i) => {
    const group = all[i]!;
    return [strings.get(group.name, 200) || '(anonymous)', group.place, group.count, group.shallow, group.retained];
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
export function listenersView(heap: Heap): TableView | undefined {
  const { snapshot, graph, tree, retained } = heap;
  const { nodes, edges, strings, header } = snapshot;
  const property = header.edgeTypes.indexOf('property');
  const element = header.edgeTypes.indexOf('element');
  const closure = nodeKind(header, 'closure');
  const eventsName = strings.find('_events');
  if (eventsName < 0) return undefined;
  const rows: (string | number)[][] = [];
  for (let p = 0; p < tree.reached; p++) {
    const emitter = tree.order[p]!;
    for (let edge = nodes.firstEdge[emitter]!, end = nodes.firstEdge[emitter + 1]!; edge < end; edge++) {
      if ((edges.label[edge]! & LABEL_MASK) !== eventsName || edges.typeOf(edge) !== property) continue;
      const events = edges.to[edge]! & TARGET;
      for (let one = nodes.firstEdge[events]!, last = nodes.firstEdge[events + 1]!; one < last; one++) {
        if (edges.typeOf(one) !== property || strings.equals(edges.label[one]! & LABEL_MASK, '__proto__')) continue;
        const target = edges.to[one]! & TARGET;
        let listeners = 0;
        for (let item = nodes.firstEdge[target]!, stop = nodes.firstEdge[target + 1]!; item < stop; item++)
          if (edges.typeOf(item) === element) listeners++;
        if (nodes.type[target] === closure) listeners = 1;
        const position = tree.position[target]!;
        const event = strings.get(edges.label[one]! & LABEL_MASK, 100);
        if (listeners > 1) rows.push([graph.nodeName(emitter), event, listeners, retained[position] ?? 0]);
      }
    }
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
