import { Placeholders } from '../placeholders.ts';
import type { RedactOptions } from '../report.ts';
import type { RuleCounts } from '../rule-counts.ts';
import { ArrayBlanker } from './array-blanker.ts';
import { readId, fieldBytes, type RecordVisitor } from './record-walker.ts';
import { placeFields, type Survey } from './survey.ts';

const OBJECT = 2;
const CHAR = 5;
const BYTE = 8;
const MAX_SCANNED_BYTES = 65_536;
const MAX_THREAD_BYTES = 1024;

/** Contents of a dump, blanked in place: no record becomes longer or shorter. */
export class Blanking implements RecordVisitor {
  readonly counts = {
    texts: 0,
    textBytes: 0,
    numberArrays: 0,
    numberBytes: 0,
    names: 0,
    namesChanged: 0,
    namesCut: 0,
    texts8: 0,
    text8Bytes: 0,
    hashes: 0,
    numbers: 0,
    unknownBytes: 0,
    kept: 0,
    threads: 0,
  };
  readonly arrays: ArrayBlanker;
  readonly placeholders = new Placeholders();
  readonly #idBytes: number;
  readonly #survey: Survey;
  readonly #rules: RuleCounts;
  readonly #blankNumbers: boolean;
  readonly #keep: ReadonlySet<string>;
  readonly #keepBytes: ReadonlySet<number>;
  readonly #utf8 = new TextDecoder();
  readonly #latin1 = new TextDecoder('latin1');
  readonly #utf16be = new TextDecoder('utf-16be');
  readonly #utf16le = new TextDecoder('utf-16le');

  constructor(idBytes: number, survey: Survey, rules: RuleCounts, options: RedactOptions) {
    this.#idBytes = idBytes;
    this.#survey = survey;
    this.#rules = rules;
    this.#blankNumbers = options.blankNumbers ?? false;
    this.#keep = new Set(options.keep);
    // One or two bytes a character.
    this.#keepBytes = new Set([...this.#keep].flatMap((text) => [text.length, 2 * text.length]));
    this.arrays = new ArrayBlanker(options.key);
  }

  utf8(bytes: Uint8Array, at: number, textAt: number, end: number): void {
    const text = this.#utf8.decode(bytes.subarray(textAt, end));
    if (this.#keep.has(text)) {
      this.counts.kept++;
      return;
    }
    if (!this.#survey.nameIds.has(readId(bytes, at, this.#idBytes))) {
      this.#rules.countContent(text);
      this.counts.texts8++;
      this.counts.text8Bytes += end - textAt;
      this.#blankName(bytes, textAt, end);
      return;
    }
    this.counts.names++;
    const changed = this.#rules.cutOutOf(text, this.placeholders);
    if (changed === text) return;
    this.counts.namesChanged++;
    const written = new TextEncoder().encode(changed);
    // Secrets are ASCII, and so are what stands for them; a text that is no UTF-8 decodes to another length.
    if (written.length === end - textAt) bytes.set(written, textAt);
    else this.#blankName(bytes, textAt, end);
  }

  loadClass(): void {
    // References stay.
  }
  nameRefs(): void {
    // References stay.
  }

  classDump(bytes: Uint8Array, at: number): void {
    if (!this.#blankNumbers) return;
    const { constants, statics } = placeFields(bytes, at, this.#idBytes);
    for (const { type, valueAt } of [...constants, ...statics]) {
      if (type === OBJECT) continue;
      bytes.fill(0, valueAt, valueAt + fieldBytes(type, this.#idBytes));
      this.counts.numbers++;
    }
  }

  instance(bytes: Uint8Array, classIdAt: number, from: number, to: number): void {
    const ranges = this.#survey.blankRanges(readId(bytes, classIdAt, this.#idBytes), this.#blankNumbers);
    for (let i = 0; i < ranges.length; i += 2) {
      const start = from + ranges[i]!;
      bytes.fill(0, Math.min(to, start), Math.min(to, start + ranges[i + 1]!));
      if (this.#blankNumbers) this.counts.numbers++;
      else this.counts.hashes++;
    }
  }

  array(bytes: Uint8Array, type: number, from: number, to: number): void {
    if (type !== CHAR && type !== BYTE) {
      this.#countNumbers(this.arrays.numbers(bytes, from, to, fieldBytes(type, 0)));
      return;
    }
    if (this.#keepBytes.has(to - from) && this.#isKept(bytes, type, from, to)) {
      this.counts.kept++;
      return;
    }
    const I = this.#idBytes;
    if (to - from <= MAX_THREAD_BYTES && this.#survey.threadNames.has(readId(bytes, from - 9 - I, I)))
      if (this.#threadName(bytes, type, from, to)) return;
    if (to - from <= MAX_SCANNED_BYTES && mayHoldSecret(bytes, from, to)) {
      const decoder = type === CHAR ? this.#utf16be : this.#latin1;
      this.#rules.countContent(decoder.decode(bytes.subarray(from, to)));
    }
    this.#countText(this.arrays.text(bytes, from, to, type === CHAR ? 2 : 1));
  }

  longArray(bytes: Uint8Array, type: number, from: number, to: number, isFirst: boolean, isLast: boolean): void {
    if (type === CHAR || type === BYTE) {
      this.counts.textBytes += this.arrays.longText(bytes, from, to, type === CHAR ? 2 : 1, isFirst, isLast);
      if (isLast) this.counts.texts++;
    } else {
      this.counts.numberBytes += this.arrays.numbers(bytes, from, to, fieldBytes(type, 0));
      if (isLast) this.counts.numberArrays++;
    }
  }

  unknown(bytes: Uint8Array, from: number, to: number): void {
    bytes.fill(0, from, to);
    this.counts.unknownBytes += to - from;
  }

  /** Cuts secrets and addresses out of it; false where it is not plain ASCII, and so is blanked like any other text. */
  #threadName(bytes: Uint8Array, type: number, from: number, to: number): boolean {
    const width = type === CHAR ? 2 : 1;
    const name = (type === CHAR ? this.#utf16be : this.#latin1).decode(bytes.subarray(from, to));
    if (!/^[\x20-\x7e]*$/.test(name)) return false;
    const changed = this.#rules.cutOutOf(name, this.placeholders, { ipv4: true });
    if (changed.length !== name.length || !/^[\x20-\x7e]*$/.test(changed)) return false;
    for (let i = 0; i < changed.length; i++) bytes[from + i * width + width - 1] = changed.charCodeAt(i);
    this.counts.threads++;
    return true;
  }

  /** As many bytes, all ASCII: how many characters they were does not matter for a name that nothing refers to. */
  #blankName(bytes: Uint8Array, from: number, to: number): void {
    if (to > from) bytes.set(new TextEncoder().encode(asciiOf(this.placeholders, to - from)), from);
  }

  #isKept(bytes: Uint8Array, type: number, from: number, to: number): boolean {
    const part = bytes.subarray(from, to);
    if (type === CHAR) return this.#keep.has(this.#utf16be.decode(part));
    // Java keeps text of Latin-1 in one byte a character, other text in two, in the order of the processor.
    return (
      this.#keep.has(this.#latin1.decode(part)) ||
      this.#keep.has(this.#utf8.decode(part)) ||
      this.#keep.has(this.#utf16le.decode(part))
    );
  }

  #countText(bytes: number): void {
    if (bytes === 0) return;
    this.counts.texts++;
    this.counts.textBytes += bytes;
  }

  #countNumbers(bytes: number): void {
    if (bytes === 0) return;
    this.counts.numberArrays++;
    this.counts.numberBytes += bytes;
  }
}

/** Characters without one of which no rule matches: `@`, `=`, `-`, `_`, `:`, and the dots of tokens. */
const TELLING = new Uint8Array(256);
for (const byte of new TextEncoder().encode('@=-_:.')) TELLING[byte] = 1;
/** No secret is shorter; AWS's keys and Google's have letters and digits only. */
const LEAST_BYTES = 12;

/** A cheap first look at bytes: nearly all texts of a heap end here, or at the hints of the rules. */
function mayHoldSecret(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < LEAST_BYTES) return false;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (TELLING[byte] === 1) return true;
    if (byte === 65 && to - i >= 20) {
      const next = bytes[i + 1] === 0 ? bytes[i + 2] : bytes[i + 1];
      // AKIA, ASIA, AIza
      if (next === 75 || next === 83 || next === 73) return true;
    }
  }
  return false;
}

/** Running numbers of texts of one unit go on in ideographs, which are no single byte. */
function asciiOf(placeholders: Placeholders, bytes: number): string {
  const text = placeholders.of(bytes);
  return /^[\x20-\x7e]*$/.test(text) ? text : '*'.repeat(bytes);
}
