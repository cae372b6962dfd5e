import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eachLine, type LineStats } from '../../../functions/analysis/bytes/lines.ts';
import { bytesOf, chunked, testRun } from '../formats/analyse.ts';

async function read(
  text: string,
  chunkBytes: number,
  maxLineBytes = 1 << 20,
): Promise<{ lines: string[]; stats: LineStats }> {
  const lines: string[] = [];
  const stats = await eachLine(
    chunked(bytesOf(text), chunkBytes),
    testRun(),
    { maxLineBytes },
    (bytes, start, end, line, byte) => {
      expect(line).toBe(lines.length + 1);
      expect(byte).toBeGreaterThanOrEqual(0);
      lines.push(new TextDecoder().decode(bytes.subarray(start, end)));
      return undefined;
    },
  );
  return { lines, stats };
}

it('splits as split does, whatever the chunks', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'ä', '\n', '\r\n', '😀', 'line '), maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (input, chunk) => {
      const expected = input.split(/\r?\n/);
      if (expected.at(-1) === '') expected.pop();
      expect((await read(input, chunk)).lines).toEqual(expected);
    }),
  );
});

it('passes over a byte order mark', async () => {
  expect((await read('\ufeffa\nb', 1)).lines).toEqual(['a', 'b']);
});

it('cuts a line that is too long and goes on with the next', async () => {
  for (const chunk of [1, 3, 1000]) {
    const { lines, stats } = await read(`short\n${'x'.repeat(50)}\nafter\n`, chunk, 10);
    expect(lines).toEqual(['short', 'x'.repeat(10), 'after']);
    expect(stats).toMatchObject({ lines: 3, cutLines: 1, firstCutLine: 2 });
  }
});

it('stops when told to', async () => {
  let seen = 0;
  await eachLine(chunked(bytesOf('a\nb\nc\n'), 2), testRun(), {}, () => ++seen < 2 && undefined);
  expect(seen).toBe(2);
});

it('reads the same where a host reads into the same memory again and again', async () => {
  const long = Array.from({ length: 60 }, (_, i) => String.fromCharCode(97 + (i % 26)).repeat((i * 7919) % 200_000));
  const bytes = bytesOf(long.join('\n'));
  const lines: string[] = [];
  const source = {
    ...chunked(bytes, 1 << 16),
    readInto: (position: number, into: Uint8Array) => {
      const piece = bytes.subarray(position, position + into.length);
      into.set(piece);
      return Promise.resolve(piece.length);
    },
  };
  await eachLine(source, testRun(), {}, (all, start, end) => {
    lines.push(new TextDecoder().decode(all.subarray(start, end)));
    return undefined;
  });
  expect(bytes.length).toBeGreaterThan(4 << 20);
  expect(lines.map(({ length }) => length)).toEqual(long.map(({ length }) => length));
  expect(lines).toEqual(long);
});
