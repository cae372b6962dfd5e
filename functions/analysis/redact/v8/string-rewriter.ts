import { unescapeJson } from '../../bytes/json-string.ts';
import type { BitSet } from '../bit-set.ts';
import { OutputBytes } from '../output-bytes.ts';
import { Placeholders } from '../placeholders.ts';
import type { RuleCounts } from '../rule-counts.ts';
import type { KnownStrings } from './known-strings.ts';
import type { Marks } from './marks.ts';
import { countUnits, type StringVisitor } from './string-array.ts';

/** A name of more units than this is no name: keys made of JSON, data: URLs, generated code. */
const MAX_NAME_UNITS = 256;
/** The types of Chrome's own objects, which its snapshots give in full: `blink::HeapHashTableBacking<blink::HashTable<…>>`, up to some 1,000 characters. */
const CPP_TYPE =
  /^(blink|cppgc|base|mojo|content|gin|cc|ui|gfx|viz|media|device|network|WTF|std|v8|node)::[\w:<>()*&,. …]+$/;
/** Contents beyond this are not searched for secrets, only blanked. */
const MAX_SCANNED_BYTES = 65_536;
const TAIL_UNITS = 16;
const QUOTE = 34;
const STAR = 42;

/** "3 / part of key (K @1) -> value (V @2) pair in WeakMap (table @3)": V is the contents when the value is a string. */
const WEAK_PAIR = /^(\d+ \/ part of key \()(.*)( @\d+\) -> value \()(.*)( @\d+\) pair in WeakMap \(table @\d+\))$/s;
/** `<div id="a">`, as Chrome calls nodes of documents: the attributes are contents. */
const ELEMENT = /^(?:Detached )?<[^\s>]+ /;

export interface StringCounts {
  blanked: number;
  blankedBytes: number;
  copies: number;
  unused: number;
  names: number;
  namesChanged: number;
  longNames: number;
  mapKeys: number;
  mapKeysBlanked: number;
  variables: number;
}

/** The table of strings, blanked, without its brackets. `take` hands over what was made so far. */
export class StringRewriter implements StringVisitor {
  readonly counts: StringCounts = {
    blanked: 0,
    blankedBytes: 0,
    copies: 0,
    unused: 0,
    names: 0,
    namesChanged: 0,
    longNames: 0,
    mapKeys: 0,
    mapKeysBlanked: 0,
    variables: 0,
  };
  readonly placeholders = new Placeholders();
  readonly #known: KnownStrings;
  readonly #marks: Marks;
  readonly #split: BitSet;
  readonly #rules: RuleCounts;
  readonly #blankKeys: boolean;
  readonly #decoder = new TextDecoder();
  /** Units of the strings that get a copy, in their order. */
  readonly #copyUnits: Float64Array;
  #copies = 0;
  #written = 0;
  #index = 0;
  #longUnits = 0;
  readonly #out = new OutputBytes();

  constructor(
    known: KnownStrings,
    marks: Marks,
    split: { readonly set: BitSet; readonly count: number },
    rules: RuleCounts,
    blankKeys: boolean,
  ) {
    this.#known = known;
    this.#marks = marks;
    this.#split = split.set;
    this.#rules = rules;
    this.#blankKeys = blankKeys;
    this.#copyUnits = new Float64Array(split.count);
  }

  text(bytes: Uint8Array, from: number, to: number): void {
    const index = this.#index++;
    this.#separate(index);
    if (this.#known.fixed.has(index)) {
      this.#quote(bytes, from, to);
      return;
    }
    const units = countUnits(bytes, from, to);
    if (this.#split.has(index)) {
      this.#copyUnits[this.#copies++] = units;
      this.counts.copies++;
      this.counts.blankedBytes += to - from;
    }
    if (this.#marks.names.has(index)) this.#name(index, bytes, from, to, units);
    else if (this.#marks.variables.has(index)) {
      this.counts.variables++;
      this.#quote(bytes, from, to);
    } else this.#content(index, bytes, from, to, units);
  }

  longPart(units: number): void {
    if (this.#longUnits === 0) {
      this.#separate(this.#index);
      this.#out.addByte(QUOTE);
    }
    // The end is held back for the number.
    const stars = Math.max(0, this.#longUnits + units - TAIL_UNITS) - Math.max(0, this.#longUnits - TAIL_UNITS);
    this.#longUnits += units;
    this.#out.repeat(STAR, stars);
  }

  longEnd(): void {
    const units = this.#longUnits;
    this.#longUnits = 0;
    const index = this.#index++;
    if (this.#split.has(index)) this.#copyUnits[this.#copies++] = units;
    this.counts.blanked++;
    this.counts.blankedBytes += units;
    this.#out.addText(`${this.placeholders.number(units).padStart(Math.min(units, TAIL_UNITS), '*')}"`);
  }

  /** Some copies of names that are contents too, behind the last string; false when there are no more. */
  writeCopies(): boolean {
    const end = Math.min(this.#copies, this.#written + 4096);
    if (this.#written === end) return false;
    for (; this.#written < end; this.#written++) {
      this.#separate(this.#index + this.#written);
      this.#out.addByte(QUOTE);
      this.#placeholder(this.#copyUnits[this.#written]!);
      this.#out.addByte(QUOTE);
    }
    return true;
  }

  /** What was made since the last call. */
  take(): Uint8Array {
    return this.#out.take();
  }

  #name(index: number, bytes: Uint8Array, from: number, to: number, units: number): void {
    const isMapKey = !this.#marks.properNames.has(index) && !this.#marks.variables.has(index);
    this.counts.names++;
    if (isMapKey) this.counts.mapKeys++;
    if (isMapKey && this.#blankKeys) {
      this.counts.mapKeysBlanked++;
      this.#blank(units, to - from);
      return;
    }
    const raw = this.#decoder.decode(bytes.subarray(from, to));
    const name = raw.includes('\\') ? unescapeJson(raw) : raw;
    const pair = this.#weakPair(index, name);
    if (pair === undefined && units > MAX_NAME_UNITS && !CPP_TYPE.test(name)) {
      this.counts.longNames++;
      this.#rules.countContent(name);
      this.#blank(units, to - from);
      return;
    }
    let changed = this.#rules.cutOutOf(pair ?? name, this.placeholders);
    if (ELEMENT.test(changed))
      changed = changed.replace(/="[^"]{0,4096}"?/g, (value) => `="${'*'.repeat(Math.max(0, value.length - 3))}"`);
    if (changed === name) {
      this.#quote(bytes, from, to);
      return;
    }
    this.counts.namesChanged++;
    this.#out.addText(JSON.stringify(changed));
  }

  #weakPair(index: number, name: string): string | undefined {
    if (!name.includes('pair in WeakMap (table @')) return undefined;
    const parts = WEAK_PAIR.exec(name);
    if (!parts) return undefined;
    const [, start = '', key = '', middle = '', value = '', end = ''] = parts;
    const isContent =
      this.#marks.toContents.has(index) && value !== '' && !/^\((concatenated|sliced) string\)$/.test(value);
    const shown = isContent ? this.placeholders.of(value.length) : value;
    return `${start}${key}${middle}${shown}${end}`;
  }

  #content(index: number, bytes: Uint8Array, from: number, to: number, units: number): void {
    if (this.#marks.contents.has(index)) this.counts.blanked++;
    else this.counts.unused++;
    if (to - from >= 6 && to - from <= MAX_SCANNED_BYTES) {
      const raw = this.#decoder.decode(bytes.subarray(from, to));
      this.#rules.countContent(raw.includes('\\') ? unescapeJson(raw) : raw);
    }
    this.#blank(units, to - from);
  }

  #blank(units: number, bytes: number): void {
    this.counts.blankedBytes += bytes;
    this.#out.addByte(QUOTE);
    this.#placeholder(units);
    this.#out.addByte(QUOTE);
  }

  #placeholder(units: number): void {
    if (units === 0) return;
    const number = this.placeholders.number(units);
    this.#out.repeat(STAR, units - number.length);
    this.#out.addText(number);
  }

  #quote(bytes: Uint8Array, from: number, to: number): void {
    this.#out.addByte(QUOTE);
    this.#out.add(bytes, from, to);
    this.#out.addByte(QUOTE);
  }

  #separate(index: number): void {
    if (index > 0) this.#out.addText(',\n');
  }
}
