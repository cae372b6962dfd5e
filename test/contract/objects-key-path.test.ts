import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../../functions/platform/objects/files/durable.ts';
import { fromBytes, namesOf, parseName } from '../../functions/platform/objects/files/key-path.ts';
import { listKeys } from '../../functions/platform/objects/files/list-keys.ts';

/** Short alphabets meet in prefixes, slashes, case, and both sides of `/` in byte order; repeats pass the chunk of 80. */
const piece = fc.oneof(
  fc.constantFrom('a', 'A', '/', '-', '.', '0', '%', 'ä', '😀', '..', '.o', '.d', '.c'),
  fc.constantFrom(78, 79, 80, 81, 160).map((length) => 'x'.repeat(length)),
);
const key = fc
  .array(piece, { minLength: 1, maxLength: 8 })
  .map((pieces) => pieces.join(''))
  .filter((text) => Buffer.byteLength(text) <= 1024);
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('where keys lie on disk', () => {
  it('never leaves the folder, never passes a name of 255 bytes, and reads back', () => {
    fc.assert(
      fc.property(key, (text) => {
        const names = namesOf(text);
        for (const name of names) {
          expect(name).toMatch(/^[a-z0-9_.%-]{2,255}$/);
          expect(['.', '..']).not.toContain(name);
        }
        expect(fromBytes(names.map((name) => parseName(name)?.bytes).join(''))).toBe(text);
        expect(names.map((name) => parseName(name)?.ending === 'o')).toEqual(
          names.map((_, i) => i === names.length - 1),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('never meets another key, also where the file system folds case', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const path = (text: string) => namesOf(text).join('/').toLowerCase();
        expect(path(a) === path(b)).toBe(a === b);
      }),
      { numRuns: 5000 },
    );
  });

  it('fits a key of 1,024 bytes that are all escaped', () => {
    const names = namesOf('Ä'.repeat(512));
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(255);
    expect(names.join('/').length).toBeLessThan(3200);
  });
});

describe('listing the folder', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'casebook-keys-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('equals a sorted filter of all keys, for any prefix, cursor and limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(key, { maxLength: 12 }),
        fc.oneof(fc.constant(''), key),
        fc.option(key, { nil: undefined }),
        fc.integer({ min: 1, max: 12 }),
        async (keys, prefix, after, limit) => {
          const dir = await mkdtemp(join(root, 'run-'));
          for (const text of keys) {
            const path = join(dir, ...namesOf(text));
            await makeFolder(dirname(path));
            await writeFile(path, '');
          }
          const right = keys
            .filter((text) => text.startsWith(prefix) && (after === undefined || byBytes(text, after) > 0))
            .sort(byBytes)
            .slice(0, limit);
          expect(await listKeys(dir, { prefix, after, limit })).toEqual(right);
        },
      ),
      { numRuns: 150 },
    );
  });
});
