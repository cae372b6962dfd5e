import { AppError } from '../../model/error.ts';

const MAX_KEY_BYTES = 1024; // as S3

/**
 * What every adapter takes for a key. Dot segments are refused because URL parsers of clients fold them away, and the
 * signature with them; control characters because S3 lists keys in XML 1.0, which cannot carry them.
 */
export function checkKey(key: string): string {
  const shown = JSON.stringify(key.slice(0, 80));
  if (key === '') throw new AppError('bad-input', 'An object key is empty.');
  if (!key.isWellFormed()) throw new AppError('bad-input', `Object key ${shown} has half a surrogate pair.`);
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > MAX_KEY_BYTES) {
    throw new AppError('bad-input', `Object key ${shown}… has ${sizeBytes} bytes; at most ${MAX_KEY_BYTES}.`);
  }
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) {
      throw new AppError('bad-input', `Object key ${shown} has a control character at ${i}.`);
    }
  }
  for (const segment of key.split('/')) {
    if (segment === '.' || segment === '..') {
      throw new AppError('bad-input', `Object key ${shown} has a segment that is only dots.`);
    }
  }
  return key;
}
