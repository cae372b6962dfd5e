import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { chunksOf } from '../../bytes/read.ts';

/** One member of the top-level object: where its value stands, brackets included. */
export interface MemberPlace {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const MAX_KEY_BYTES = 64;

/**
 * Where the members of a snapshot stand, without reading them. What is between them will be copied as it is, so anything there but the
 * punctuation of JSON is refused, and so is a file that does not end with its closing brace. Throws AppError `corrupt`.
 */
export async function findMembers(source: ByteSource, run: Run): Promise<MemberPlace[]> {
  const scanner = new MemberScanner();
  let base = 0;
  for await (const chunk of chunksOf(source.stream())) {
    run.signal.throwIfAborted();
    scanner.push(chunk, base);
    base += chunk.length;
  }
  if (!scanner.complete)
    throw new AppError(
      'corrupt',
      `The snapshot ends after ${base} bytes ${scanner.where}: a truncated dump is not redacted, because nobody could tell names from contents in it. Take it again, or send the whole file.`,
    );
  return scanner.members;
}

class MemberScanner {
  readonly members: MemberPlace[] = [];
  complete = false;
  #state: 'start' | 'key' | 'in-key' | 'colon' | 'value' | 'in-value' | 'after' | 'end' = 'start';
  #key = '';
  #start = 0;
  #depth = 0;
  #quoted = false;
  #escaped = false;

  get where(): string {
    return this.#state === 'in-value' ? `in "${this.#key}"` : 'between two members';
  }

  push(bytes: Uint8Array, base: number): void {
    let i = 0;
    while (i < bytes.length) {
      if (this.#state === 'in-value') {
        i = this.#inValue(bytes, i, base);
        continue;
      }
      const byte = bytes[i]!;
      this.#between(byte, base + i);
      i++;
    }
  }

  #between(byte: number, at: number): void {
    if (this.#state === 'in-key') {
      if (byte === QUOTE) this.#state = 'colon';
      else if (this.#key.length === MAX_KEY_BYTES || byte < 32 || byte > 126 || byte === BACKSLASH)
        throw strange('the name of a member', at);
      else this.#key += String.fromCharCode(byte);
      return;
    }
    if (byte === 32 || (byte >= 9 && byte <= 13)) return;
    if (this.#state === 'start' && byte === OPEN_BRACE) this.#state = 'key';
    else if (this.#state === 'key' && byte === QUOTE) {
      this.#key = '';
      this.#state = 'in-key';
    } else if (this.#state === 'colon' && byte === COLON) this.#state = 'value';
    else if (this.#state === 'value' && (byte === OPEN_BRACE || byte === OPEN_BRACKET)) {
      if (this.members.some(({ key }) => key === this.#key)) throw strange(`a second "${this.#key}"`, at);
      this.#start = at;
      this.#depth = 1;
      this.#state = 'in-value';
    } else if (this.#state === 'after' && byte === COMMA) this.#state = 'key';
    else if (this.#state === 'after' && byte === CLOSE_BRACE) {
      this.#state = 'end';
      this.complete = true;
    } else throw strange('something that a heap snapshot has not', at);
  }

  /** Flat arrays of numbers are gone over by the host's search for their bracket; strings by the search for quotes. */
  #inValue(bytes: Uint8Array, from: number, base: number): number {
    let i = from;
    while (i < bytes.length) {
      if (this.#quoted) {
        i = this.#inString(bytes, i);
        continue;
      }
      if (this.#key === 'nodes' || this.#key === 'edges') {
        // Whatever else stands in them is found by the pass that reads their numbers.
        const close = bytes.indexOf(CLOSE_BRACKET, i);
        if (close < 0) return bytes.length;
        return this.#close(close, base);
      }
      const byte = bytes[i]!;
      if (byte === QUOTE) this.#quoted = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth++;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --this.#depth === 0) return this.#close(i, base);
      i++;
    }
    return i;
  }

  #inString(bytes: Uint8Array, from: number): number {
    let i = from;
    if (this.#escaped) {
      this.#escaped = false;
      i++;
    }
    for (; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === BACKSLASH) {
        if (++i >= bytes.length) this.#escaped = true;
      } else if (byte === QUOTE) {
        this.#quoted = false;
        return i + 1;
      }
    }
    return bytes.length;
  }

  #close(at: number, base: number): number {
    this.members.push({ key: this.#key, start: this.#start, end: base + at + 1 });
    this.#state = 'after';
    return at + 1;
  }
}

function strange(what: string, at: number): AppError {
  return new AppError(
    'corrupt',
    `There is ${what} at byte ${at}: this is no heap snapshot as V8 writes them, and it is not redacted, because what it means is unknown.`,
  );
}
