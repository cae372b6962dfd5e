/** Prometheus `query_range` JSON of one container whose memory grows; `seed` makes each file another. */
export function prometheusJson({ points = 240, stepSeconds = 60, growthBytes = 200_000, seed = 0 } = {}): string {
  const startSeconds = 1_760_000_000;
  const values = Array.from({ length: points }, (_, i) => [
    startSeconds + i * stepSeconds,
    String(200e6 + seed + i * growthBytes + ((i * 7919 + seed) % 977) * 1000),
  ]);
  const labels = { namespace: 'prod', pod: `worker-${seed % 10}`, container: 'worker' };
  const result = ['container_memory_working_set_bytes', 'container_memory_rss'].map((__name__) => ({
    metric: { __name__, ...labels },
    values,
  }));
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
}

/** A small V8 heap snapshot: the global object holds a Map that holds `count` objects of one class. */
export function heapSnapshot({ count = 2000, className = 'Session' } = {}): string {
  const strings = ['', '(GC roots)', 'global', 'sessions', 'Map', className, 'table'];
  const nodeTypes = [
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
    'symbol',
    'bigint',
    'object shape',
  ];
  const edgeTypes = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak'];
  const [OBJECT, SYNTHETIC, ARRAY] = [3, 9, 1];
  const [ELEMENT, PROPERTY, INTERNAL] = [1, 2, 3];
  const width = 7;
  const nodes: number[] = [];
  const edges: number[] = [];
  const node = (type: number, name: number, sizeBytes: number, edgeCount: number): void => {
    nodes.push(type, name, nodes.length / width + 1, sizeBytes, edgeCount, 0, 0);
  };
  node(SYNTHETIC, 0, 0, 1); // 0: root
  node(SYNTHETIC, 1, 0, 1); // 1: (GC roots)
  node(OBJECT, 2, 64, 1); // 2: global
  node(OBJECT, 4, 32, 1); // 3: Map
  node(ARRAY, 0, 16 + count * 8, count); // 4: its table
  for (let i = 0; i < count; i++) node(OBJECT, 5, 1024, 0);
  edges.push(ELEMENT, 1, width, ELEMENT, 1, 2 * width, PROPERTY, 3, 3 * width, INTERNAL, 6, 4 * width);
  for (let i = 0; i < count; i++) edges.push(ELEMENT, i, (5 + i) * width);
  return JSON.stringify({
    snapshot: {
      meta: {
        node_fields: ['type', 'name', 'id', 'self_size', 'edge_count', 'trace_node_id', 'detachedness'],
        node_types: [nodeTypes, 'string', 'number', 'number', 'number', 'number', 'number'],
        edge_fields: ['type', 'name_or_index', 'to_node'],
        edge_types: [edgeTypes, 'string_or_number', 'node'],
        trace_function_info_fields: [],
        trace_node_fields: [],
        sample_fields: [],
        location_fields: ['object_index', 'script_id', 'line', 'column'],
      },
      node_count: nodes.length / width,
      edge_count: edges.length / 3,
      trace_function_count: 0,
    },
    nodes,
    edges,
    trace_function_infos: [],
    trace_tree: [],
    samples: [],
    locations: [],
    strings,
  });
}

/** Bytes of no format, with a head that says so. */
export const BROKEN = new Uint8Array(5000).map((_, i) => (i * 31 + 7) % 256);

/** Numbers in 0..1 that are the same in every run with one seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
