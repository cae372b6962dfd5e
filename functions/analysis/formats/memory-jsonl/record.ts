import { parseQuantity } from '../quantity.ts';
import { parseEpoch, parseMoment } from '../timestamp.ts';

/** Keys of `process.memoryUsage()` and of `:erlang.memory/0`; all are bytes. */
export const NODE_KEYS: ReadonlySet<string> = new Set(['rss', 'heapTotal', 'heapUsed', 'external', 'arrayBuffers']);
export const BEAM_KEYS: ReadonlySet<string> = new Set([
  'total', 'processes', 'processes_used', 'system', 'atom', 'atom_used', 'binary', 'code', 'ets', 'maximum',
]); // prettier-ignore

const TIME_KEYS = /^(?:@?time(?:stamp)?|ts|t|date(?:time)?|at|now|when|epoch|time_?ms|timestamp_?ms|captured_?at)$/i;
const ELAPSED_KEYS = /^(?:uptime|elapsed|seconds|uptime_?s(?:econds)?)$/i;
const LABEL_KEYS = /^(?:pid|pod|container|namespace|node|host(?:name)?|instance|process|version|service|app|worker)$/i;
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
  if (LABEL_KEYS.test(key) && (typeof value === 'string' || typeof value === 'number')) {
    record.labels.set(key.toLowerCase() === 'host' ? 'hostname' : key.toLowerCase(), String(value).slice(0, 300));
  } else if (typeof value === 'string' && (NODE_KEYS.has(key) || BEAM_KEYS.has(key))) {
    const quantity = parseQuantity(value);
    if (quantity?.unit === 'bytes' || quantity?.unit === '') record.values.set(key, quantity.value);
  } else if (typeof value === 'number' && Number.isFinite(value)) {
    if (ELAPSED_KEYS.test(key)) record.elapsedMs = value * 1000;
    else if (!SKIPPED.test(key) && record.values.size < MAX_VALUES) record.values.set(nameOf(key, path), value);
  }
}

function nameOf(key: string, path: string): string {
  if (NODE_KEYS.has(key) || BEAM_KEYS.has(key)) return key;
  return (path === '' ? key : `${path}.${key}`).slice(0, 200);
}

function timeOfText(text: string): number {
  return /^\d{10,13}(?:\.\d+)?$/.test(text) ? parseEpoch(Number(text)) : parseMoment(text);
}

const PAIR =
  /["']?\b([A-Za-z_]{3,20})["']?\s{0,4}(?::|=>|=|,)\s{0,4}["']?(\d[\d_]{0,24}(?:\.\d{1,9})?(?:\s?[KMG]i?B)?)(?![\w.])/g;
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
    if (!(NODE_KEYS.has(key) || BEAM_KEYS.has(key)) || found.length >= 40) continue;
    const quantity = parseQuantity(digits.replaceAll('_', ''));
    if (quantity !== undefined) found.push([key, quantity.value]);
  }
  return found;
}

/** Which runtime's memory a set of keys tells of; undefined for neither. */
export function runtimeOf(keys: { has(key: string): boolean }): 'Node.js' | 'BEAM' | undefined {
  if (keys.has('heapUsed') && (keys.has('rss') || keys.has('heapTotal'))) return 'Node.js';
  const parts = ['binary', 'ets', 'atom', 'code', 'system'].filter((key) => keys.has(key)).length;
  return keys.has('total') && keys.has('processes') && parts >= 2 ? 'BEAM' : undefined;
}
