import { parseQuantity, scaleOf } from '../quantity.ts';
import { parseEpoch, parseMoment } from '../timestamp.ts';

/** Keys of `process.memoryUsage()` and of `:erlang.memory/0`; all are bytes. */
export const NODE_KEYS: ReadonlySet<string> = new Set(['rss', 'heapTotal', 'heapUsed', 'external', 'arrayBuffers']);
export const BEAM_KEYS: ReadonlySet<string> = new Set([
  'total', 'processes', 'processes_used', 'system', 'atom', 'atom_used', 'binary', 'code', 'ets', 'maximum',
]); // prettier-ignore

const SPELLED =
  /^(rss|heap[_ -]?total|heap[_ -]?used|external|array[_ -]?buffers)(?:_?(?:in_?)?(bytes|kb|kib|mb|mib|gb|gib))?$/i;
const SPELLINGS = new Map([...NODE_KEYS].map((key) => [key.toLowerCase(), key]));

/** The key of `process.memoryUsage()` that `heap_used` or `rssMB` stands for, and what one of its numbers is in bytes. */
function memoryKey(key: string): { key: string; scale: number } | undefined {
  if (NODE_KEYS.has(key) || BEAM_KEYS.has(key)) return { key, scale: 1 };
  // `memory.rss`, `vm.memory.total`: what shippers of logs make of objects.
  const own = /mem\w*\.(\w+)$/i.exec(key)?.[1];
  if (own !== undefined) return memoryKey(own);
  const [, name = '', unit = ''] = SPELLED.exec(key) ?? [];
  const known = SPELLINGS.get(name.replace(/[_ -]/, '').toLowerCase());
  return known === undefined ? undefined : { key: known, scale: scaleOf(unit)?.scale ?? 1 };
}

const TIME_KEYS = /^(?:@?time(?:stamp)?|ts|t|date(?:time)?|at|now|when|epoch|time_?ms|timestamp_?ms|captured_?at)$/i;
const ELAPSED_KEYS = /^(?:uptime|elapsed|seconds|uptime_?s(?:econds)?)$/i;
const LABEL_KEYS = /^(?:pid|pod|container|namespace|node|host(?:name)?|instance|process|version|service|app|worker)$/i;
/** `kubernetes.pod.name`, `pod_name`, and `{"pod":{"name":…}}` as a path: what shippers of logs add to a line. */
const PLACE = /(?:^|[._])(pod|container|namespace|node|host)(?:[._]?name)?$/;
/** Numbers of log records that measure nothing. */
const SKIPPED = /^(?:level|v|line|seq|reqId|request_?id|status(?:Code)?|port)$/i;
const MAX_DEPTH = 5;
const MAX_VALUES = 200;

export interface MemoryRecord {
  /** NaN where the record has no time. */
  timeMs: number;
  /** Milliseconds since the start of the process, where only that is known. */
  elapsedMs: number;
  readonly labels: Map<string, string>;
  readonly values: Map<string, number>;
}

export function newRecord(): MemoryRecord {
  return { timeMs: NaN, elapsedMs: NaN, labels: new Map(), values: new Map() };
}

/** Flattens one JSON object: memory keys by their own name wherever they stand, other numbers by their path. */
export function recordOfJson(json: unknown): MemoryRecord {
  const record = newRecord();
  const waiting: { value: unknown; path: string; depth: number }[] = [{ value: json, path: '', depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path, depth } = next;
    if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > MAX_DEPTH) continue;
    for (const [key, inner] of Object.entries(value)) {
      const packed = typeof inner === 'string' && LOG_KEYS.test(key) ? objectIn(inner) : undefined;
      if (packed !== undefined) waiting.push({ value: packed, path, depth: depth + 1 });
      else if (typeof inner === 'object')
        waiting.push({ value: inner, path: path === '' ? key : `${path}.${key}`, depth: depth + 1 });
      else addScalar(record, key, path, inner);
    }
  }
  return record;
}

/** What container runtimes and log shippers put a program's line into, as a string. */
const LOG_KEYS = /^(?:log|message|msg|line|body|_raw|textPayload)$/;

function objectIn(text: string): unknown {
  const start = text.indexOf('{');
  if (start < 0 || text.length > 65_536 || !text.trimEnd().endsWith('}')) return undefined;
  try {
    return JSON.parse(text.slice(start));
  } catch {
    return undefined;
  }
}

function addScalar(record: MemoryRecord, key: string, path: string, value: unknown): void {
  if (TIME_KEYS.test(key) && Number.isNaN(record.timeMs)) {
    const timeMs = typeof value === 'number' ? parseEpoch(value) : typeof value === 'string' ? timeOfText(value) : NaN;
    if (!Number.isNaN(timeMs)) {
      record.timeMs = timeMs;
      return;
    }
  }
  const label = labelOf(key, path);
  if (label !== undefined && (typeof value === 'string' || typeof value === 'number')) {
    record.labels.set(label, String(value).slice(0, 300));
    return;
  }
  const memory = memoryKey(key);
  if (typeof value === 'string' && memory !== undefined) {
    const quantity = parseQuantity(value);
    if (quantity?.unit === 'bytes') record.values.set(memory.key, quantity.value);
    else if (quantity?.unit === '') record.values.set(memory.key, quantity.value * memory.scale);
  } else if (typeof value === 'number' && memory !== undefined) {
    if (Number.isFinite(value) && record.values.size < MAX_VALUES) record.values.set(memory.key, value * memory.scale);
  } else if (typeof value === 'number' && Number.isFinite(value)) {
    if (ELAPSED_KEYS.test(key)) record.elapsedMs = value * 1000;
    else if (!SKIPPED.test(key) && record.values.size < MAX_VALUES) record.values.set(nameOf(key, path), value);
  }
}

/** The label that a key is, by itself or as the name of what it stands in. */
function labelOf(key: string, path: string): string | undefined {
  const place = LABEL_KEYS.test(key) ? key.toLowerCase() : PLACE.exec(key === 'name' ? `${path}.name` : key)?.[1];
  return place === 'host' ? 'hostname' : place;
}

function nameOf(key: string, path: string): string {
  return (path === '' ? key : `${path}.${key}`).slice(0, 200);
}

function timeOfText(text: string): number {
  return /^\d{10,13}(?:\.\d+)?$/.test(text) ? parseEpoch(Number(text)) : parseMoment(text);
}

const PAIR =
  /["']?\b((?:(?:heap|array) )?[A-Za-z_]{3,20})["']?(?:\s{0,4}(?::|=>|=|,)\s{0,4}["']?|\s{1,8}(?=\d[\d.]{0,24}\s?[KMG]i?B))(\d[\d_]{0,24}(?:\.\d{1,9})?(?:\s?[KMG]i?B)?)(?![\w.])/gi;
const PAIR_LABEL =
  /(?<![\w.])(pid|pod|container|namespace|node|host(?:name)?|instance|worker|process)=["']?([\w.@:/-]{1,200})/g;
const TIME_PAIR = /^["']?([A-Za-z_@]{1,12})["']?\s{0,4}(?::|=>|=)\s{0,4}["'#~U[]{0,3}([^"'\]]{8,60}?)["'\]]?,?$/;

/** The time on a line of its own inside of an object: `"time": "2026-05-04T10:00:00Z",`. NaN for other lines. */
export function timeOfPair(text: string): number {
  const found = text.length > 100 ? null : TIME_PAIR.exec(text);
  return found !== null && TIME_KEYS.test(found[1] ?? '') ? timeOfText(found[2] ?? '') : NaN;
}

/** The memory keys with numbers in a text that is no JSON: `{ rss: 123, ... }`, `[total: 123, ...]`, `[{total,123}, ...]`. */
export function pairsOf(text: string): [string, number][] {
  const found: [string, number][] = [];
  for (const [, key = '', digits = ''] of text.matchAll(PAIR)) {
    const memory = memoryKey(key);
    if (memory === undefined || found.length >= 40) continue;
    const quantity = parseQuantity(digits.replaceAll('_', ''));
    if (quantity !== undefined)
      found.push([memory.key, quantity.unit === '' ? quantity.value * memory.scale : quantity.value]);
  }
  return found;
}

/** What a line of pairs says it is of: `pod=web-0 rss=123`. */
export function labelsOn(text: string): [string, string][] {
  return [...text.slice(0, 4000).matchAll(PAIR_LABEL)]
    .slice(0, 10)
    .map(([, name = '', value = '']) => [name === 'host' ? 'hostname' : name, value]);
}

/** The records of a document: itself, the elements of an array, or of the array inside of it. */
export function recordsIn(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json;
  if (typeof json !== 'object' || json === null || tellsMemory(recordOfJson(json))) return [json];
  const values: unknown[] = Object.values(json);
  const inside = values.find((value): value is unknown[] => Array.isArray(value) && typeof value[0] === 'object');
  return inside ?? [json];
}

/** A row of `console.table` as a pair, and a line of its frame as nothing. */
export function unframed(text: string): string {
  if (!/^[│|┌├└]/.test(text)) return text;
  const cells = text.split(/[│|]/).flatMap((cell) => (/^[\s─┌┐└┘├┤┬┴┼]*$/.test(cell) ? [] : [cell.trim()]));
  return cells.length === 2 && cells[0] !== '(index)' ? cells.join(': ').replaceAll("'", '') : '';
}

/** The record, with a time that stood before it where it has none of its own. */
export function dated(record: MemoryRecord, timeMs: number, elapsedMs = NaN): MemoryRecord {
  if (!Number.isNaN(record.timeMs)) return record;
  record.timeMs = timeMs;
  if (Number.isNaN(record.elapsedMs)) record.elapsedMs = elapsedMs;
  return record;
}

/** Whether a record tells of memory: of a runtime's, or at least of a process at a time. */
export function tellsMemory({ values, timeMs, elapsedMs }: MemoryRecord): boolean {
  return runtimeOf(values) !== undefined || (values.has('rss') && !(Number.isNaN(timeMs) && Number.isNaN(elapsedMs)));
}

/** Which runtime's memory a set of keys tells of; undefined for neither. */
export function runtimeOf(keys: { has(key: string): boolean }): 'Node.js' | 'BEAM' | undefined {
  if (keys.has('heapUsed') && (keys.has('rss') || keys.has('heapTotal'))) return 'Node.js';
  const parts = ['binary', 'ets', 'atom', 'code', 'system'].filter((key) => keys.has(key)).length;
  return keys.has('total') && keys.has('processes') && parts >= 2 ? 'BEAM' : undefined;
}
