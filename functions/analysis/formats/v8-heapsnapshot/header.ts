import { AppError } from '../../../model/error.ts';

/** The first member of a snapshot, `snapshot`: which fields its flat arrays hold. They differ by version of V8. */
export interface Header {
  readonly nodeFields: readonly string[];
  readonly nodeTypes: readonly string[];
  readonly edgeFields: readonly string[];
  readonly edgeTypes: readonly string[];
  readonly traceFunctionFields: readonly string[];
  readonly traceNodeFields: readonly string[];
  readonly sampleFields: readonly string[];
  readonly locationFields: readonly string[];
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** Ordinal of the root. */
  readonly root: number;
  readonly extraNativeBytes: number;
}

const REQUIRED_NODE_FIELDS = ['type', 'name', 'self_size', 'edge_count'];
const REQUIRED_EDGE_FIELDS = ['type', 'name_or_index', 'to_node'];
const MAX_FIELDS = 32;

/** Throws AppError `corrupt` when the header is not one, or lacks a field without which nothing can be read. */
export function readHeader(json: string): Header {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw new AppError(
      'corrupt',
      'The "snapshot" member at the start of the file is not valid JSON: take the snapshot again.',
      {
        cause,
      },
    );
  }
  const snapshot = asRecord(parsed);
  const meta = asRecord(snapshot['meta']);
  const nodeFields = names(meta['node_fields']);
  const edgeFields = names(meta['edge_fields']);
  for (const [list, field, fields] of [
    ['node_fields', REQUIRED_NODE_FIELDS, nodeFields],
    ['edge_fields', REQUIRED_EDGE_FIELDS, edgeFields],
  ] as const) {
    const missing = field.filter((name) => !fields.includes(name));
    if (missing.length > 0 || fields.length > MAX_FIELDS)
      throw new AppError(
        'corrupt',
        `snapshot.meta.${list} of this file has no ${missing.join(', ') || 'sensible number of fields'}: it cannot be read as a heap snapshot.`,
      );
  }
  return {
    nodeFields,
    nodeTypes: typeNames(meta['node_types'], nodeFields.indexOf('type')),
    edgeFields,
    edgeTypes: typeNames(meta['edge_types'], edgeFields.indexOf('type')),
    traceFunctionFields: names(meta['trace_function_info_fields']),
    traceNodeFields: names(meta['trace_node_fields']),
    sampleFields: names(meta['sample_fields']),
    locationFields: names(meta['location_fields']),
    nodeCount: count(snapshot['node_count']),
    edgeCount: count(snapshot['edge_count']),
    root: Math.floor(count(snapshot['root_index']) / nodeFields.length),
    extraNativeBytes: count(snapshot['extra_native_bytes']),
  };
}

function asRecord(value: unknown): Partial<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value : {};
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, 256).filter((name) => typeof name === 'string') : [];
}

/** The enumeration of field `at`: the lists are parallel to the fields. */
function typeNames(value: unknown, at: number): string[] {
  return names(Array.isArray(value) ? value[at] : undefined);
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0;
}
