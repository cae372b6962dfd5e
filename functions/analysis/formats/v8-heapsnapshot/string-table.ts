import type { Allocate } from '../../parallel.ts';
import type { StringNeeds } from './string-needs.ts';

const PAGE_BITS = 22;
const PAGE_BYTES = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_BYTES - 1;
/** Bytes kept of a string that is a name, and of one that is only some string's contents. */
const KEEP_NAME_BYTES = 1024;
const KEEP_TEXT_BYTES = 32;
const CUT = 0x8000;
const QUOTE = 34;
const BACKSLASH = 92;
const CLOSE = 93;

/** A table that is complete, as it crosses between threads. */
export interface StringParts {
  readonly count: number;
  readonly addresses: Uint32Array;
  readonly pages: readonly Uint8Array[];
}

/**
 * The `strings` array. Bytes go into pages as they stand in the file (escapes and all), each with a length of two bytes before it, and are decoded when
 * somebody asks. Only names are kept whole (up to 1 KiB): contents of strings are cut at 32 bytes, so a table of more than 512 MB, which no
 * JavaScript string can hold, takes a fraction of it here.
 */
export class StringTable {
  count = 0;
  private addresses: Uint32Array;
  private readonly pages: Uint8Array[] = [];
  private page: Uint8Array = new Uint8Array(0);
  private used = PAGE_BYTES;
  private readonly needs: StringNeeds | undefined;
  private readonly decoder = new TextDecoder();
  /** Inside a string: bytes kept so far, else -1. */
  private kept = -1;
  private escaped = false;
  private keepBytes = 0;
  private cut = false;

  private readonly allocate: Allocate;

  /** Without `needs`, every string counts as a name. */
  constructor(needs: StringNeeds | undefined, allocate: Allocate = (sizeBytes) => new ArrayBuffer(sizeBytes)) {
    this.needs = needs;
    this.allocate = allocate;
    this.addresses = new Uint32Array(allocate(4 << 12));
  }

  /** What another thread can make the same table of, to read it. */
  get parts(): StringParts {
    return { count: this.count, addresses: this.addresses, pages: this.pages };
  }

  static of({ count, addresses, pages }: StringParts): StringTable {
    const table = new StringTable(undefined);
    table.count = count;
    table.addresses = addresses;
    table.pages.push(...pages);
    return table;
  }

  /** Reads from `at`; returns the offset after the closing bracket, or -1 when the chunk ended before it. */
  read(bytes: Uint8Array, at: number): number {
    const end = bytes.length;
    let i = at;
    while (i < end) {
      if (this.kept < 0) {
        const byte = bytes[i++]!;
        if (byte === QUOTE) this.open();
        else if (byte === CLOSE) return i;
        continue;
      }
      i = this.readText(bytes, i);
    }
    return -1;
  }

  /** Closes a string that the end of the file cut. */
  end(): void {
    if (this.kept >= 0) {
      this.cut = true;
      this.close();
    }
  }

  /** The string, shortened to `maxLength` and to what was kept, with an ellipsis where something is missing. */
  get(index: number, maxLength = 1000): string {
    const bytes = this.bytesOf(index);
    if (bytes === undefined) return '';
    let text = this.decoder.decode(bytes);
    const cut = this.isCut(index);
    if (cut) text = text.replace(/(\\u?[0-9a-fA-F]{0,3}|\uFFFD+)$/, '');
    if (text.includes('\\')) text = unescape(text);
    if (text.length > maxLength) return text.slice(0, maxLength) + '…';
    return cut ? text + '…' : text;
  }

  /** Is this string exactly `text` (ASCII without escapes)? Decodes nothing. */
  equals(index: number, text: string): boolean {
    if (index >= this.count) return false;
    const address = this.addresses[index]!;
    const page = this.pages[address >>> PAGE_BITS]!;
    const at = address & PAGE_MASK;
    // A cut string has a bit in its length that no other has.
    if (page[at] !== (text.length & 255) || page[at + 1] !== text.length >>> 8) return false;
    for (let i = 0; i < text.length; i++) if (page[at + 2 + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** Index of the first string that is exactly `text`, or -1. */
  find(text: string): number {
    for (let index = 0; index < this.count; index++) if (this.equals(index, text)) return index;
    return -1;
  }

  /** The first byte, or -1 of an empty string. */
  firstByte(index: number): number {
    if (index >= this.count) return -1;
    const address = this.addresses[index]!;
    const page = this.pages[address >>> PAGE_BITS]!;
    const at = address & PAGE_MASK;
    return page[at] === 0 && page[at + 1] === 0 ? -1 : page[at + 2]!;
  }

  keptBytes(index: number): number {
    if (index >= this.count) return 0;
    const address = this.addresses[index]!;
    const page = this.pages[address >>> PAGE_BITS]!;
    const at = address & PAGE_MASK;
    return (page[at]! | (page[at + 1]! << 8)) & ~CUT;
  }

  private isCut(index: number): boolean {
    const address = this.addresses[index]!;
    return (this.pages[address >>> PAGE_BITS]![(address & PAGE_MASK) + 1]! & 0x80) !== 0;
  }

  private bytesOf(index: number): Uint8Array | undefined {
    if (index >= this.count) return undefined;
    const address = this.addresses[index]!;
    const page = this.pages[address >>> PAGE_BITS]!;
    const at = address & PAGE_MASK;
    const length = (page[at]! | (page[at + 1]! << 8)) & ~CUT;
    return page.subarray(at + 2, at + 2 + length);
  }

  private open(): void {
    const index = this.count;
    this.keepBytes = this.needs === undefined || this.needs.has(index) ? KEEP_NAME_BYTES : KEEP_TEXT_BYTES;
    this.kept = 0;
    this.cut = false;
    this.escaped = false;
    if (this.used + 2 + KEEP_NAME_BYTES > PAGE_BYTES) {
      // 2^32 bytes of pages at most: beyond, the last page is used again and late names are lost, not the analysis.
      if (this.pages.length < 2 ** (32 - PAGE_BITS)) {
        this.page = new Uint8Array(this.allocate(PAGE_BYTES));
        this.pages.push(this.page);
      }
      this.used = 0;
    }
    if (index === this.addresses.length) {
      const larger = new Uint32Array(this.allocate(index * 8));
      larger.set(this.addresses);
      this.addresses = larger;
    }
    this.addresses[index] = (((this.pages.length - 1) << PAGE_BITS) | this.used) >>> 0;
  }

  private readText(bytes: Uint8Array, at: number): number {
    const end = bytes.length;
    const page = this.page;
    const base = this.used + 2;
    const limit = this.keepBytes;
    let kept = this.kept;
    let i = at;
    let escaped = this.escaped;
    while (i < end) {
      const byte = bytes[i]!;
      if (escaped) escaped = false;
      else if (byte === QUOTE) {
        this.kept = kept;
        this.escaped = false;
        this.close();
        return i + 1;
      } else if (byte === BACKSLASH) escaped = true;
      if (kept === limit) {
        // Nothing more to keep: from here on only the closing quote matters.
        this.cut = true;
        this.kept = kept;
        this.escaped = escaped;
        return this.skipText(bytes, i + 1);
      }
      page[base + kept++] = byte;
      i++;
    }
    this.kept = kept;
    this.escaped = escaped;
    return i;
  }

  private skipText(bytes: Uint8Array, at: number): number {
    let i = at;
    if (this.escaped) {
      if (i >= bytes.length) return i;
      this.escaped = false;
      i++;
    }
    for (;;) {
      const quote = bytes.indexOf(QUOTE, i);
      const stop = quote < 0 ? bytes.length : quote;
      let slashes = 0;
      while (stop - 1 - slashes >= i && bytes[stop - 1 - slashes] === BACKSLASH) slashes++;
      if (quote < 0) {
        this.escaped = slashes % 2 === 1;
        return stop;
      }
      i = quote + 1;
      if (slashes % 2 === 0) {
        this.close();
        return i;
      }
    }
  }

  private close(): void {
    const length = this.kept;
    this.page[this.used] = length & 255;
    this.page[this.used + 1] = (length >>> 8) | (this.cut ? CUT >>> 8 : 0);
    this.used += 2 + length;
    this.kept = -1;
    this.count++;
  }
}

const ESCAPES: Partial<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** JSON escapes; whatever is not one stays as it stands. */
function unescape(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|[^u])/g, (_, code: string) =>
    code.length === 5 ? String.fromCharCode(parseInt(code.slice(1), 16)) : (ESCAPES[code] ?? code),
  );
}
