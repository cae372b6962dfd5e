import { decodeText, type TextPool } from '../../bytes/text-pool.ts';
import { setLabel } from '../labels.ts';

const SPACE = 0x20;
const TAB = 0x09;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** The name and labels at the beginning of a sample line, and where what follows them begins. */
export interface SeriesHead {
  metric: string;
  labels: Record<string, string>;
  /** Just behind the name or the closing brace. */
  end: number;
  /** A backslash stands before a character that needs none: OpenMetrics allows it, 0.0.4 does not. */
  oddEscape: boolean;
}

/**
 * Reads `name{label="value",...}` or, as Prometheus 3 writes names beyond ASCII, `{"name",label="value"}`, or, as `promtool tsdb dump` and
 * legends do, `{__name__="name", label="value"}`.
 * Returns the reason as text where the bytes are no such thing.
 */
export function readSeriesHead(bytes: Uint8Array, start: number, end: number, pool: TextPool): SeriesHead | string {
  let at = start;
  while (at < end && isNameByte(bytes[at] ?? 0, at === start)) at++;
  let metric = at > start ? pool.text(bytes, start, at) : '';
  const labels: Record<string, string> = {};
  let open = at;
  while (open < end && isBlank(bytes[open] ?? 0)) open++;
  if (bytes[open] !== OPEN || open >= end) {
    if (metric === '') return 'it does not begin with a metric name';
    if (at < end && !isBlank(bytes[at] ?? 0)) return 'a character that a metric name may not have';
    return { metric, labels, end: at, oddEscape: false };
  }
  let oddEscape = false;
  at = open + 1;
  for (;;) {
    at = skipBlanks(bytes, at, end);
    if (at >= end) return 'labels without a closing brace';
    if (bytes[at] === CLOSE) break;
    const name = readLabelName(bytes, at, end, pool);
    if (typeof name === 'string') return name;
    at = skipBlanks(bytes, name.end, end);
    if (name.quoted && (bytes[at] === COMMA || bytes[at] === CLOSE)) {
      if (metric !== '') return 'two metric names';
      metric = name.text;
    } else {
      if (at >= end || bytes[at] !== EQUALS) return `label ${name.text} without a value`;
      const value = readQuoted(bytes, skipBlanks(bytes, at + 1, end), end, pool);
      if (typeof value === 'string') return `label ${name.text}: ${value}`;
      if (name.text === '__name__' && metric !== '') return 'a label may not be called __name__';
      if (name.text === '__name__') metric = value.text;
      else if (Object.hasOwn(labels, name.text)) return `label ${name.text} stands there twice`;
      else if (value.text !== '') setLabel(labels, name.text, value.text); // an empty label is the same as none
      oddEscape ||= value.oddEscape;
      at = skipBlanks(bytes, value.end, end);
    }
    if (bytes[at] === COMMA && at < end) at++;
    else if (bytes[at] !== CLOSE || at >= end) return 'labels without a comma between them or a closing brace';
  }
  return metric === '' ? 'it has no metric name' : { metric, labels, end: at + 1, oddEscape };
}

function readLabelName(
  bytes: Uint8Array,
  start: number,
  end: number,
  pool: TextPool,
): { text: string; end: number; quoted: boolean } | string {
  if (bytes[start] === QUOTE) {
    const quoted = readQuoted(bytes, start, end, pool);
    return typeof quoted === 'string' ? quoted : { ...quoted, quoted: true };
  }
  let at = start;
  while (at < end && isNameByte(bytes[at] ?? 0, at === start) && bytes[at] !== 0x3a) at++;
  if (at === start) return 'a label without a proper name';
  return { text: pool.text(bytes, start, at), end: at, quoted: false };
}

function readQuoted(
  bytes: Uint8Array,
  start: number,
  end: number,
  pool: TextPool,
): { text: string; end: number; oddEscape: boolean } | string {
  if (start >= end || bytes[start] !== QUOTE) return 'a value without quotes';
  let escaped = false;
  let at = start + 1;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) break;
    if (byte === BACKSLASH) {
      escaped = true;
      at++;
    }
  }
  if (at >= end) return 'a quote that is never closed';
  if (!escaped) return { text: pool.text(bytes, start + 1, at), end: at + 1, oddEscape: false };
  const raw = decodeText(bytes, start + 1, at);
  return { text: unescapeLabel(raw), end: at + 1, oddEscape: /\\[^\\"n]/.test(raw.replaceAll('\\\\', '')) };
}

/** `\\`, `\"` and `\n`; any other backslash stands for itself. */
export function unescapeLabel(raw: string): string {
  return raw.replace(/\\([\\"n])/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

export function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at] ?? 0)) at++;
  return at;
}

export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

function isNameByte(byte: number, first: boolean): boolean {
  if ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f || byte === 0x3a) return true;
  return !first && byte >= 0x30 && byte <= 0x39;
}
