import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as json from '../../../functions/analysis/bytes/json-tokens.ts';
import { isAppError } from '../../../functions/model/error.ts';
import { bytesOf, chunked, testRun } from '../formats/analyse.ts';

/** Builds the documents again from their tokens: the oracle is JSON.parse. */
async function rebuild(
  text: string | Uint8Array,
  chunkBytes = 65_536,
  options: { maxDepth?: number; terminal?: boolean } = {},
): Promise<unknown[]> {
  const tokens = new json.JsonTokens(chunked(bytesOf(text), chunkBytes), testRun(), options);
  const documents: unknown[] = [];
  const stack: { value: unknown; key: string }[] = [];
  const put = (value: unknown): void => {
    const top = stack.at(-1);
    if (top === undefined) documents.push(value);
    else if (Array.isArray(top.value)) top.value.push(value);
    else Object.defineProperty(top.value, top.key, { value, enumerable: true, configurable: true, writable: true });
  };
  for (;;) {
    const token = await tokens.pull();
    if (token === json.END) break;
    if (token === json.OBJECT || token === json.ARRAY) {
      const value = token === json.OBJECT ? {} : [];
      put(value);
      stack.push({ value, key: '' });
    } else if (token === json.OBJECT_END || token === json.ARRAY_END) stack.pop();
    else if (token === json.KEY) stack.at(-1)!.key = tokens.text();
    else if (token === json.STRING) put(tokens.text());
    else if (token === json.NUMBER) put(tokens.number());
    else put(token === json.NULL ? null : token === json.TRUE);
  }
  if (tokens.truncated) throw new Error('truncated');
  return documents;
}

describe('JsonTokens', () => {
  it('reads what JSON.parse reads, whatever the chunks and the white space', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 1, '\t'),
        async (value, chunk, indent) => {
          const text = JSON.stringify(value, undefined, indent);
          expect(await rebuild(text, chunk)).toEqual([JSON.parse(text)]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('passes over what a terminal writes between documents', async () => {
    const text = [
      '2026-05-04T10:00:00Z\n{"a":1}\n',
      'Mon May  4 10:01:00 UTC 2026\n{"a":2}',
      `\n$ curl -s 'http://prom/api/v1/query?query=rss{pod="web-0"}'\n{\n "a": 3\n}\n[4]`,
      '\n  % Total    % Received % Xferd\n100 12 -- 3\r100 12\n1777888800\n1777888800 {"a":5},{}\n',
    ].join('');
    for (const chunk of [1, 7, 4096])
      expect(await rebuild(text, chunk, { terminal: true })).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }, [4], { a: 5 }, {}]);
    await expect(rebuild('{"a":1}b{"a":2}', 4, { terminal: true })).rejects.toThrow();
  });

  it('reads documents of a terminal as it reads others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.object(), { minLength: 1 }), fc.integer({ min: 1, max: 40 }), async (all, chunk) => {
        const text = all.map((value) => `${new Date(0).toISOString()}\n${JSON.stringify(value)}`).join('\n');
        expect(await rebuild(text, chunk, { terminal: true })).toEqual(
          all.map((value): unknown => JSON.parse(JSON.stringify(value))),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('refuses or reads any mutation as JSON.parse does', async () => {
    const mutated = fc
      .tuple(fc.jsonValue(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', '{', '[', ':', 'e', '\\', '\n', 'tru'))
      .map(([value, at, insert]) => {
        const text = JSON.stringify(value);
        const place = at % (text.length + 1);
        return text.slice(0, place) + insert + text.slice(place + (insert === '' ? 1 : 0));
      });
    await fc.assert(
      fc.asyncProperty(mutated, async (text) => {
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          // Several documents behind each other are allowed here, and so are numbers such as 01 or 1.e5.
          await rebuild(text, 3).catch((error: unknown) => {
            expect(isAppError(error) || (error instanceof Error && error.message === 'truncated')).toBe(true);
          });
          return;
        }
        expect(await rebuild(text, 3)).toEqual([expected]);
      }),
      { numRuns: 500 },
    );
  });

  it('reads documents that follow each other', async () => {
    expect(await rebuild('{"a":1}\n{"a":2}\n[3] 4,5')).toEqual([{ a: 1 }, { a: 2 }, [3], 4, 5]);
  });

  it('says where the damage is', async () => {
    await expect(rebuild('{"a":1,\n "b" 2}')).rejects.toThrow(/byte 13, line 2: expected a colon/);
    await expect(rebuild('[1 2]')).rejects.toThrow(/byte 3, line 1/);
  });

  it('bounds the depth', async () => {
    const deep = '['.repeat(5000) + ']'.repeat(5000);
    await expect(rebuild(deep)).rejects.toThrow(/nested deeper than 512/);
    expect(await rebuild('[[[[]]]]', 1, { maxDepth: 4 })).toEqual([[[[[]]]]]);
  });

  it('knows a truncated document', async () => {
    for (const text of ['{"a":', '[1,2', '{"a":"b', '[tru', '[12'])
      await expect(rebuild(text, 2)).rejects.toThrow('truncated');
  });
});
