/**
 * Where a key lies in a tree of folders, such that no key escapes the tree, no two keys meet (also where the file system
 * folds case), `a` and `a/b` both fit, no name passes 255 bytes, and a walk of the tree can be in byte order of the keys.
 *
 * Keys are handled as strings of their UTF-8 bytes (one character a byte), whose order in JavaScript is byte order. A
 * segment is cut into chunks of 80 bytes; each byte outside a-z 0-9 _ - . is `%xx`. The ending says what follows the
 * chunk: `.d` a slash, `.c` more of the same segment, `.o` nothing: the object. A chunk of exactly 80 bytes is always
 * `.c`, so all keys that begin with it lie in that one folder, and its neighbours sort entirely before or after.
 */
const CHUNK_BYTES = 80;

export type Ending = 'd' | 'c' | 'o';

export const toBytes = (key: string): string => Buffer.from(key, 'utf8').toString('latin1');
export const fromBytes = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

/** Names of the folders and, last, of the file. */
export function namesOf(key: string): string[] {
  const names: string[] = [];
  const segments = toBytes(key).split('/');
  segments.forEach((segment, i) => {
    let rest = segment;
    for (; rest.length >= CHUNK_BYTES; rest = rest.slice(CHUNK_BYTES)) {
      names.push(`${escape(rest.slice(0, CHUNK_BYTES))}.c`);
    }
    names.push(`${escape(rest)}.${i < segments.length - 1 ? 'd' : 'o'}`);
  });
  return names;
}

/** What a name adds to the key, as bytes; undefined for a stray file. */
export function parseName(name: string): { bytes: string; ending: Ending } | undefined {
  const ending = name.slice(-1);
  if (name.at(-2) !== '.' || (ending !== 'd' && ending !== 'c' && ending !== 'o')) return undefined;
  const escaped = name.slice(0, -2);
  if (!/^(?:[a-z0-9_.-]|%[0-9a-f]{2})*$/.test(escaped)) return undefined;
  const bytes = escaped.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { bytes: ending === 'd' ? `${bytes}/` : bytes, ending };
}

function escape(bytes: string): string {
  return bytes.replace(/[^a-z0-9_.-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
