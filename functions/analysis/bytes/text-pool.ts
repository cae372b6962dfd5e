const decoder = new TextDecoder('utf-8');
const SHORT = 48;
const SLOTS = 1 << 13;
const LONGEST_POOLED = 1024;

/** UTF-8 to text; bytes that are not UTF-8 become U+FFFD. Short ASCII avoids the decoder's fixed cost (about 0.3 us a call). */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT) {
    let text = '';
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (at === end) return text;
  }
  return decoder.decode(bytes.subarray(start, end));
}

/** True where `bytes[start..end)` spells the ASCII text. */
export function bytesAre(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

/**
 * Texts that repeat (label names and values, metric names) are decoded once: a cache of fixed size, direct mapped by
 * hash, so that it cannot grow with hostile input; a collision only costs a decoding.
 */
export class TextPool {
  readonly #texts = new Array<string | undefined>(SLOTS);
  readonly #keys = new Array<Uint8Array | undefined>(SLOTS);

  text(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return '';
    if (length > LONGEST_POOLED) return decodeText(bytes, start, end);
    const hash = hashBytes(bytes, start, end);
    const slot = hash & (SLOTS - 1);
    const key = this.#keys[slot];
    const known = this.#texts[slot];
    if (key !== undefined && known !== undefined && sameBytes(key, bytes, start, length)) return known;
    const text = decodeText(bytes, start, end);
    this.#texts[slot] = text;
    this.#keys[slot] = bytes.slice(start, end);
    return text;
  }
}

/** FNV-1a over 32 bits, as an unsigned number. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

export function sameBytes(key: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (key.length !== length) return false;
  for (let i = 0; i < length; i++) if (key[i] !== bytes[start + i]) return false;
  return true;
}
