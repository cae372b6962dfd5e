/** Writes small heap snapshots, in the layouts of different versions of V8. */
export interface PlainNode {
  type: string;
  name: string;
  size?: number;
  detachedness?: number;
}

export interface PlainEdge {
  from: number;
  to: number;
  type: string;
  name: string | number;
}

export const NODE_TYPES = [
  'hidden',
  'array',
  'string',
  'object',
  'code',
  'closure',
  'regexp',
  'number',
  'native',
  'synthetic',
  'concatenated string',
  'sliced string',
];
const EDGE_TYPES = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak'];

export interface Layout {
  /** The order of the node's fields; Node 24 has no `trace_node_id`. */
  nodeFields: string[];
  /** Between numbers and records. */
  separator: string;
}

export const NODE_20: Layout = {
  nodeFields: ['type', 'name', 'id', 'self_size', 'edge_count', 'trace_node_id', 'detachedness'],
  separator: '\n,',
};
export const NODE_24: Layout = {
  nodeFields: ['type', 'name', 'id', 'self_size', 'edge_count', 'detachedness'],
  separator: ',',
};
/** No layout of any V8: fields are found by name alone. */
export const SHUFFLED: Layout = {
  nodeFields: ['edge_count', 'extra', 'self_size', 'name', 'type', 'id'],
  separator: ' , ',
};

/** Node 0 is the root. */
export function buildSnapshot(nodes: readonly PlainNode[], edges: readonly PlainEdge[], layout = NODE_20): string {
  const strings: string[] = ['<dummy>'];
  const indexOf = new Map<string, number>();
  const intern = (text: string): number => {
    const known = indexOf.get(text);
    if (known !== undefined) return known;
    indexOf.set(text, strings.length);
    strings.push(text);
    return strings.length - 1;
  };
  const width = layout.nodeFields.length;
  const edgesOf = Map.groupBy(edges, ({ from }) => from);
  const rows = nodes.map((node, ordinal) => {
    const values: Partial<Record<string, number>> = {
      type: NODE_TYPES.indexOf(node.type),
      name: intern(node.name),
      id: 2 * ordinal + 1,
      self_size: node.size ?? 0,
      edge_count: edgesOf.get(ordinal)?.length ?? 0,
      detachedness: node.detachedness ?? 0,
    };
    return layout.nodeFields.map((field) => values[field] ?? 0).join(',');
  });
  const sorted = nodes.flatMap((_, ordinal) => edgesOf.get(ordinal) ?? []);
  const references = sorted.map(({ to, type, name }) =>
    [EDGE_TYPES.indexOf(type), typeof name === 'number' ? name : intern(name), to * width].join(','),
  );
  const meta = {
    node_fields: layout.nodeFields,
    node_types: layout.nodeFields.map((field) => (field === 'type' ? NODE_TYPES : 'number')),
    edge_fields: ['type', 'name_or_index', 'to_node'],
    edge_types: [EDGE_TYPES, 'string_or_number', 'node'],
  };
  const header = JSON.stringify({ meta, node_count: nodes.length, edge_count: edges.length });
  return `{"snapshot":${header},\n"nodes":[${rows.join(layout.separator)}],\n"edges":[${references.join(layout.separator)}],\n"trace_function_infos":[],"trace_tree":[],"samples":[],"locations":[],"strings":[${strings.map((text) => JSON.stringify(text)).join(',\n')}]}`;
}

/** Node 26: the context of V8 stands between the root and the global object. */
export function leakingSnapshotBelowContext(count: number): string {
  const nodes: PlainNode[] = [
    { type: 'synthetic', name: '' },
    { type: 'hidden', name: 'system / NativeContext', size: 20 },
    { type: 'object', name: 'global (global*)', size: 50 },
    { type: 'object', name: 'Array', size: 40 },
  ];
  const edges: PlainEdge[] = [
    { from: 0, to: 1, type: 'shortcut', name: 'ctx' },
    { from: 1, to: 2, type: 'internal', name: 'global_object' },
    { from: 2, to: 3, type: 'property', name: 'sessions' },
  ];
  for (let i = 0; i < count; i++) {
    nodes.push({ type: 'object', name: 'LeakedSession', size: 100 });
    edges.push({ from: 3, to: nodes.length - 1, type: 'element', name: i });
  }
  return buildSnapshot(nodes, edges, NODE_24);
}

/** A global object with one cache: Map -> table -> `count` sessions of 100 bytes with a string of 50 each. */
export function leakingSnapshot(count: number, layout = NODE_20): string {
  const nodes: PlainNode[] = [
    { type: 'synthetic', name: '' },
    { type: 'object', name: 'global / ', size: 50 },
    { type: 'object', name: 'SessionCache', size: 32 },
    { type: 'object', name: 'Map', size: 40 },
    { type: 'array', name: '', size: 16 * count },
  ];
  const edges: PlainEdge[] = [
    { from: 0, to: 1, type: 'shortcut', name: 'global' },
    { from: 1, to: 2, type: 'property', name: 'cache' },
    { from: 2, to: 3, type: 'property', name: 'entries' },
    { from: 3, to: 4, type: 'internal', name: 'table' },
  ];
  for (let i = 0; i < count; i++) {
    nodes.push(
      { type: 'object', name: 'LeakedSession', size: 100 },
      { type: 'string', name: `user "${i}" é`, size: 50 },
    );
    const session = nodes.length - 2;
    edges.push({ from: 4, to: session, type: 'internal', name: String(i) });
    edges.push({ from: session, to: session + 1, type: 'property', name: 'user' });
  }
  return buildSnapshot(nodes, edges, layout);
}
