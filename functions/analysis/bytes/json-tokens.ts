import { AppError } from '../../model/error.ts';
import type { ByteSource, Run } from '../analyser.ts';
import { ByteWindow } from './byte-window.ts';
import { parseDecimal } from './decimal.ts';
import { unescapeJson } from './json-string.ts';
import { decodeText, type TextPool } from './text-pool.ts';

/** What `next` returns. `NEED`: call `fill` and ask again. `END`: nothing follows; inside a container that means truncated. */
export const NEED = 0;
export const END = 1;
export const OBJECT = 2;
export const OBJECT_END = 3;
export const ARRAY = 4;
export const ARRAY_END = 5;
export const KEY = 6;
export const STRING = 7;
export const NUMBER = 8;
export const TRUE = 9;
export const FALSE = 10;
export const NULL = 11;
export type JsonToken = number;

const NAMES = [
  'more bytes',
  'the end of the file',
  'an object',
  'the end of an object',
  'an array',
  'the end of an array',
  'a key',
  'a string',
  'a number',
  'true',
  'false',
  'null',
];

// What the grammar expects next.
const VALUE = 0; // a value
const VALUE_OR_END = 1; // just after [
const KEY_OR_END = 2; // just after {
const KEY_ONLY = 3; // after a comma in an object
const AFTER = 4; // after a value: comma, end of the container, or the next document

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;

/**
 * Tokens of JSON straight from a stream, without ever building the document: memory is one window, whatever the size.
 * Several documents may follow each other (JSON lines, joined answers), with or without white space and commas between
 * them; with `terminal` also what a terminal, or a loop of `date` and `curl`, writes between them, on lines of its own or before a document. Depth is kept in one bit a level and bounded. Errors (AppError `corrupt`) name byte and line.
 *
 * `next` is synchronous; when it answers NEED, `await fill()` and ask again. `start..end` of `window.bytes` is the
 * raw token (strings and keys without their quotes), valid until the next call.
 */
export class JsonTokens {
  readonly window: ByteWindow;
  /** Containers that are open. */
  depth = 0;
  /** The line, from 1, of the next byte to read. */
  line = 1;
  start = 0;
  end = 0;
  escaped = false;
  #expect = VALUE;
  #begun = false;
  #scanned = 0;
  /** Nothing but blanks was read since the last line break outside of documents. */
  #fresh = true;
  #aside = false;
  readonly #inObject: Uint8Array;
  readonly #terminal: boolean;

  constructor(
    source: ByteSource,
    run: Run,
    options: { maxDepth?: number; maxTokenBytes?: number; terminal?: boolean } = {},
  ) {
    this.window = new ByteWindow(source, run, {
      what: 'a string or number in the JSON',
      maxHeldBytes: options.maxTokenBytes ?? 16 * 2 ** 20,
    });
    this.#terminal = options.terminal ?? false;
    this.#inObject = new Uint8Array(options.maxDepth ?? 512);
  }

  /** True after an END that came inside a container or a token. */
  get truncated(): boolean {
    return this.depth > 0 || this.window.at < this.window.end;
  }

  async fill(): Promise<boolean> {
    return this.window.fill();
  }

  /** The next token, filling as needed. Slower than `next` in a loop: for places that are not hot. */
  async pull(): Promise<JsonToken> {
    for (;;) {
      const token = this.next();
      if (token !== NEED) return token;
      await this.fill();
    }
  }

  next(): JsonToken {
    const { window } = this;
    const { bytes } = window;
    if (!this.#begun && !this.#skipBom()) return NEED;
    if (this.depth === 0 && this.#terminal && !this.#toDocument()) return window.ended ? END : NEED;
    let at = window.at;
    const limit = window.end;
    for (; at < limit; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === 0x20 || byte === 0x09 || byte === 0x0d) continue;
      if (byte === NEWLINE) {
        this.line++;
        continue;
      }
      if (byte === 0x2c && this.#expect === AFTER) {
        this.#expect = this.depth > 0 && this.#inObject[this.depth - 1] === 1 ? KEY_ONLY : VALUE;
        continue;
      }
      window.at = at;
      return this.#token(byte);
    }
    window.at = at;
    return window.ended ? END : NEED;
  }

  /** Outside of documents: goes to where the next thing can begin. False where more bytes are needed. */
  #toDocument(): boolean {
    const { window } = this;
    const { bytes, end } = window;
    let { at } = window;
    for (; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === NEWLINE) {
        this.line++;
        this.#fresh = true;
        this.#aside = false;
      } else if (byte === 0x7b && (this.#aside || this.#fresh)) {
        // `rss{pod="web-0"}` in a command is no document.
        if (at + 1 >= end && !window.ended) break;
        if (at + 1 >= end || OPENS.has(bytes[at + 1]!)) return this.#begin(at);
        this.#aside = true;
      } else if (!this.#aside && !isSpace(byte)) {
        if (byte === 0x2c) continue;
        if (!this.#fresh || !isText(byte)) return this.#begin(at);
        this.#aside = true;
      }
    }
    window.at = at;
    return false;
  }

  #begin(at: number): boolean {
    if (this.#expect === AFTER) this.#expect = VALUE;
    this.#fresh = false;
    this.#aside = false;
    this.window.at = at;
    return true;
  }

  /** Passes over the value whose first token was just returned. False where the input ends within it. */
  async skip(first: JsonToken): Promise<boolean> {
    if (first !== OBJECT && first !== ARRAY) return first !== END;
    const outside = this.depth - 1;
    for (;;) {
      const token = this.next();
      if (token === NEED) await this.fill();
      else if (token === END) return false;
      else if (this.depth === outside) return true;
    }
  }

  /** The text of the KEY or STRING just returned. */
  text(pool?: TextPool): string {
    const { bytes } = this.window;
    if (this.escaped) return unescapeJson(decodeText(bytes, this.start, this.end));
    return pool === undefined ? decodeText(bytes, this.start, this.end) : pool.text(bytes, this.start, this.end);
  }

  /** The NUMBER just returned. */
  number(): number {
    return parseDecimal(this.window.bytes, this.start, this.end);
  }

  /** For scanners that read a whole run of values by themselves: continue at `at`, after a value or after its comma. */
  jump(at: number, afterComma: boolean): void {
    this.window.at = at;
    this.#expect = afterComma ? VALUE : AFTER;
  }

  /** True where the next thing must be a value of the array just entered. */
  get atValue(): boolean {
    return this.#expect === VALUE || this.#expect === VALUE_OR_END;
  }

  /** An AppError that says where. */
  error(what: string): AppError {
    const byte = this.window.offset;
    return new AppError('corrupt', `The JSON is damaged at byte ${byte}, line ${this.line}: ${what}`, {
      data: { byte, line: this.line },
    });
  }

  #token(byte: number): JsonToken {
    const expect = this.#expect;
    if (byte === QUOTE) return this.#string();
    if (byte === 0x5d || byte === 0x7d) return this.#close(byte);
    if (expect === AFTER && this.depth > 0) throw this.error(`expected a comma, found ${printable(byte)}`);
    if (expect === KEY_OR_END || expect === KEY_ONLY) throw this.error(`expected a key, found ${printable(byte)}`);
    if (byte === 0x7b) return this.#open(1);
    if (byte === 0x5b) return this.#open(0);
    if (byte === 0x74) return this.#word('true', TRUE);
    if (byte === 0x66) return this.#word('false', FALSE);
    if (byte === 0x6e) return this.#word('null', NULL);
    return this.#number(byte);
  }

  #open(object: 0 | 1): JsonToken {
    if (this.depth >= this.#inObject.length) {
      throw new AppError(
        'corrupt',
        `The JSON is nested deeper than ${this.#inObject.length} levels at byte ${this.window.offset}, line ${this.line}; no format that Casebook reads is`,
        { data: { byte: this.window.offset, line: this.line } },
      );
    }
    this.#inObject[this.depth++] = object;
    this.#expect = object === 1 ? KEY_OR_END : VALUE_OR_END;
    this.window.at++;
    return object === 1 ? OBJECT : ARRAY;
  }

  #close(byte: number): JsonToken {
    const object = byte === 0x7d;
    const open = this.depth > 0 ? this.#inObject[this.depth - 1] === 1 : undefined;
    const allowed = this.#expect === AFTER || this.#expect === (object ? KEY_OR_END : VALUE_OR_END);
    if (open !== object || !allowed) throw this.error(`${printable(byte)} closes nothing that is open there`);
    this.depth--;
    this.#expect = AFTER;
    this.window.at++;
    return object ? OBJECT_END : ARRAY_END;
  }

  #string(): JsonToken {
    const { window } = this;
    const { bytes, at, end: limit } = window;
    const isKey = this.#expect === KEY_OR_END || this.#expect === KEY_ONLY;
    if (this.#expect === AFTER && this.depth > 0) throw this.error('expected a comma, found a string');
    // `#scanned` remembers how far an unfinished string was looked at, so that long ones stay linear over refills.
    let from = at + 1 + this.#scanned;
    if (this.#scanned === 0) this.escaped = false;
    for (; from < limit; from++) {
      const byte = bytes[from] ?? 0;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        this.escaped = true;
        if (++from >= limit) {
          from = limit - 1; // look at the backslash again with what follows it
          break;
        }
      } else if (byte < 0x20) {
        window.at = from;
        throw this.error('a line break or control character inside a string');
      }
    }
    if (from >= limit || bytes[from] !== QUOTE) {
      this.#scanned = from - at - 1;
      return window.ended ? END : NEED;
    }
    this.#scanned = 0;
    this.start = at + 1;
    this.end = from;
    if (!isKey) {
      window.at = from + 1;
      this.#expect = AFTER;
      return STRING;
    }
    let colon = from + 1;
    while (colon < limit && isSpace(bytes[colon] ?? 0)) colon++;
    if (colon >= limit) return window.ended ? END : NEED;
    if (bytes[colon] !== 0x3a) {
      window.at = colon;
      throw this.error(`expected a colon, found ${printable(bytes[colon] ?? 0)}`);
    }
    window.at = colon + 1;
    this.#expect = VALUE;
    return KEY;
  }

  #number(first: number): JsonToken {
    const { window } = this;
    const { bytes, at, end: limit } = window;
    let to = at;
    while (to < limit && isNumberByte(bytes[to] ?? 0)) to++;
    if (to === at) throw this.error(`expected a value, found ${printable(first)}`);
    if (to >= limit && !window.ended) return NEED;
    if (to >= limit && this.depth > 0) return END;
    this.start = at;
    this.end = to;
    if (Number.isNaN(parseDecimal(bytes, at, to))) throw this.error('a number that is not one');
    window.at = to;
    this.#expect = AFTER;
    return NUMBER;
  }

  #word(word: string, token: JsonToken): JsonToken {
    const { window } = this;
    const { bytes, at, end: limit } = window;
    for (let i = 0; i < word.length; i++) {
      if (at + i >= limit) return window.ended ? END : NEED;
      if (bytes[at + i] !== word.charCodeAt(i)) throw this.error(`expected ${word}`);
    }
    window.at = at + word.length;
    this.#expect = AFTER;
    return token;
  }

  #skipBom(): boolean {
    const { window } = this;
    if (window.end - window.at < 3 && !window.ended) return false;
    const { bytes, at } = window;
    if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) window.at += 3;
    this.#begun = true;
    return true;
  }
}

/** A token in words, for messages. */
export function tokenName(token: JsonToken): string {
  return NAMES[token] ?? 'something';
}

/** What follows the brace of an object: its first key, its end, or white space. */
const OPENS = new Set([0x22, 0x7d, 0x20, 0x09, 0x0a, 0x0d]);

/** What no document begins with, or only a bare number or word, which nobody sends. */
function isText(byte: number): boolean {
  return byte !== 0x7b && byte !== 0x5b && byte !== 0x7d && byte !== 0x5d && byte !== QUOTE;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isNumberByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2d || byte === 0x2b || byte === 0x65 || byte === 0x45
  );
}

function printable(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `byte 0x${byte.toString(16).padStart(2, '0')}`;
}
