import { AppError } from '../../../model/error.ts';

/** Reads one member's value. `read` returns the offset after the value, or -1 when the chunk ended before it. `slot` is where the chunk lies in the ring of numbers. */
export interface Section {
  read(bytes: Uint8Array, at: number, slot: number): number;
  end(): void;
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const COLON = 58;
const MAX_KEY_BYTES = 64;
const MAX_HEADER_BYTES = 1 << 20;

/**
 * The members of the top-level object, one after the other, from chunks of any size. A member goes to the section that `open` gives for
 * its name: numbers and strings are read without building any JavaScript value for the whole.
 */
export class SectionScanner {
  /** The member being read when the input ended, or '' between members. */
  current = '';
  complete = false;
  private state: 'start' | 'key' | 'in-key' | 'colon' | 'value' | 'section' = 'start';
  private key = '';
  private section: Section | undefined;
  private readonly open: (key: string) => Section | undefined;

  constructor(open: (key: string) => Section | undefined) {
    this.open = open;
  }

  push(bytes: Uint8Array, slot: number): void {
    let i = 0;
    while (i < bytes.length) {
      if (this.state === 'section') {
        const after = this.section!.read(bytes, i, slot);
        if (after < 0) return;
        this.section!.end();
        this.section = undefined;
        this.current = '';
        this.state = 'key';
        i = after;
        continue;
      }
      this.step(bytes[i]!);
      // A value's first byte belongs to its section, except the bracket of an array.
      if (this.section === undefined || bytes[i] === OPEN_BRACKET) i++;
    }
  }

  end(): void {
    this.section?.end();
  }

  private step(byte: number): void {
    switch (this.state) {
      case 'start':
        if (byte === OPEN_BRACE) this.state = 'key';
        return;
      case 'key':
        if (byte === QUOTE) {
          this.key = '';
          this.state = 'in-key';
        } else if (byte === CLOSE_BRACE) this.complete = true;
        return;
      case 'in-key':
        if (byte === QUOTE) this.state = 'colon';
        else if (this.key.length < MAX_KEY_BYTES) this.key += String.fromCharCode(byte);
        return;
      case 'colon':
        if (byte === COLON) this.state = 'value';
        return;
      case 'value':
        if (byte <= 32) return;
        this.current = this.key;
        this.section =
          (byte === OPEN_BRACKET || byte === OPEN_BRACE ? this.open(this.key) : undefined) ?? new Skipped(byte);
        this.state = 'section';
        return;
      case 'section':
    }
  }
}

/** Any value that nobody wants, balanced, with quotes honoured. `first` is its first byte; a bracket was consumed already. */
class Skipped implements Section {
  private depth: number;
  private quoted = false;
  private escaped = false;
  private readonly scalar: boolean;

  constructor(first: number) {
    this.depth = first === OPEN_BRACKET ? 1 : 0;
    this.scalar = first !== OPEN_BRACKET && first !== OPEN_BRACE;
  }

  read(bytes: Uint8Array, at: number): number {
    for (let i = at; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (this.quoted) {
        if (this.escaped) this.escaped = false;
        else if (byte === BACKSLASH) this.escaped = true;
        else if (byte === QUOTE) this.quoted = false;
      } else if (byte === QUOTE) this.quoted = true;
      else if (this.scalar && this.depth === 0 && (byte === 44 || byte === CLOSE_BRACE)) return i;
      else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) this.depth++;
      else if ((byte === 93 || byte === CLOSE_BRACE) && --this.depth <= 0) return i + 1;
    }
    return -1;
  }

  end(): void {
    // Nothing was kept.
  }
}

/** The text of one JSON object, up to 1 MiB. */
export class ObjectText implements Section {
  private readonly parts: Uint8Array[] = [];
  private bytes = 0;
  private depth = 0;
  private quoted = false;
  private escaped = false;
  private readonly done: (json: string) => void;

  constructor(done: (json: string) => void) {
    this.done = done;
  }

  read(bytes: Uint8Array, at: number): number {
    for (let i = at; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (this.quoted) {
        if (this.escaped) this.escaped = false;
        else if (byte === BACKSLASH) this.escaped = true;
        else if (byte === QUOTE) this.quoted = false;
      } else if (byte === QUOTE) this.quoted = true;
      else if (byte === OPEN_BRACE) this.depth++;
      else if (byte === CLOSE_BRACE && --this.depth === 0) {
        this.keep(bytes.subarray(at, i + 1));
        this.finish();
        return i + 1;
      }
    }
    this.keep(bytes.subarray(at));
    return -1;
  }

  end(): void {
    // A header that was cut is of no use; the reader of the sections sees that there is none.
  }

  private keep(part: Uint8Array): void {
    this.bytes += part.length;
    if (this.bytes > MAX_HEADER_BYTES)
      throw new AppError(
        'corrupt',
        `The "snapshot" member at the start of the file is larger than ${MAX_HEADER_BYTES} bytes: this is not a heap snapshot.`,
      );
    this.parts.push(part.slice());
  }

  private finish(): void {
    const all = new Uint8Array(this.bytes);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    this.done(new TextDecoder().decode(all));
  }
}
