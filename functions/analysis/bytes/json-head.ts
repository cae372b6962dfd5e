import { unescapeJson } from './json-string.ts';

const MAX_DEPTH = 12;
const MAX_PATHS = 4000;
const MAX_TEXT = 200;

/** What the beginning of a JSON file shows: enough to tell formats apart, never the whole document. */
export interface JsonHead {
  /** Every path that was seen, arrays as `[]`: `data.result[].metric.__name__`, `[].value`. */
  readonly paths: ReadonlySet<string>;
  /** The first scalar at a path, as text, cut to 200 characters. */
  readonly texts: ReadonlyMap<string, string>;
}

/** What a terminal, or a loop of `date` and `curl`, may write before the first document. */
const LONGEST_PREFACE = 4096;
const PREFACE = /^(?:[^{[\n]|\{(?![\s"}])|\[(?![\s{"[\]]))*(?=\{)/;

/**
 * Scans the head of a file as JSON until it ends or stops being JSON; undefined where it does not begin as an object or
 * array, but for a few lines that a terminal wrote before it. Lines of JSON (one document a line) give the paths of all of them. Needs no complete document.
 */
export function jsonHead(head: Uint8Array): JsonHead | undefined {
  const text = new TextDecoder('utf-8').decode(head);
  let at = 0;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  const first = text.charAt(at);
  if (first !== '{' && first !== '[') {
    at = afterPreface(text, at);
    if (at < 0) return undefined;
  }
  const paths = new Set<string>();
  const texts = new Map<string, string>();
  const prefixes: string[] = [];
  const objects: boolean[] = [];
  let path = '';
  let expectKey = false;
  const scalar = (value: string): void => {
    if (path !== '' && paths.size < MAX_PATHS) paths.add(path);
    if (!texts.has(path)) texts.set(path, value.slice(0, MAX_TEXT));
  };
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    if (isSpace(text.charCodeAt(at)) || character === ':') continue;
    const inside = objects.at(-1);
    const prefix = prefixes.at(-1) ?? '';
    if (character === '{' || character === '[') {
      if (expectKey) break;
      if (path !== '' && paths.size < MAX_PATHS) paths.add(path);
      if (objects.length >= MAX_DEPTH) break;
      objects.push(character === '{');
      const own = character === '[' ? `${path}[]` : path;
      prefixes.push(own);
      path = own;
      expectKey = character === '{';
    } else if (character === '}' || character === ']') {
      if (inside !== (character === '}')) break;
      objects.pop();
      prefixes.pop();
      path = prefixes.at(-1) ?? '';
      expectKey = false;
    } else if (character === ',') {
      path = prefix;
      expectKey = inside === true;
    } else if (character === '"') {
      const end = endOfString(text, at + 1);
      const raw = text.slice(at + 1, end);
      const value = raw.includes('\\') ? unescapeJson(raw) : raw;
      if (expectKey) {
        path = prefix === '' ? value : `${prefix}.${value}`;
        if (paths.size < MAX_PATHS) paths.add(path);
        expectKey = false;
      } else scalar(value);
      at = end;
    } else {
      if (expectKey) break;
      if (objects.length === 0) {
        // Between documents: the time of the next one.
        const next = afterPreface(text, at);
        if (next < 0) break;
        at = next - 1;
        path = '';
        continue;
      }
      let end = at;
      while (end < text.length && /[\w.+-]/.test(text.charAt(end))) end++;
      if (end === at) break;
      scalar(text.slice(at, end));
      at = end - 1;
    }
  }
  return { paths, texts };
}

/** Where the document behind some lines of other text begins; -1 for none. */
function afterPreface(text: string, from: number): number {
  let at = from;
  while (at < text.length && at - from < LONGEST_PREFACE) {
    const found = PREFACE.exec(text.slice(at, at + LONGEST_PREFACE));
    if (found !== null) return at + found[0].length;
    const end = text.indexOf('\n', at);
    if (end < 0) return -1;
    at = end + 1;
    if (/^[{[][\s{"[\]]/.test(text.slice(at, at + 2))) return at;
  }
  return -1;
}

function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22) return at;
  }
  return text.length;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09 || code === 0xfeff;
}
