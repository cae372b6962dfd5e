import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrayBlanker } from '../../../functions/analysis/redact/hprof/array-blanker.ts';
import { sipHash } from '../../../functions/analysis/redact/hprof/sip-hash.ts';
import { analyse } from '../../../functions/analysis/run.ts';
import type { Analysis } from '../../../functions/model/analysis.ts';
import { isAppError } from '../../../functions/model/error.ts';
import { sharedPath } from '../../fixtures/shared.ts';
import { sourceOf, testRun } from '../test-run.ts';
import { javaDump } from './java-dump.ts';
import { KEY, redactBytes } from './redact-bytes.ts';

const TEXTS = {
  string: 'the customer is Anna',
  constant: 'jdbc:postgresql://app:hunter2@db/x',
  thread: 'worker-7 for anna@example.com at 10.1.2.3',
  other: 'chars of old Java',
};

describe.each([4, 8] as const)('a dump with ids of %i bytes', (idBytes) => {
  const dump = javaDump(idBytes, TEXTS);
  const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

  it('loses contents and hashes, and keeps names, lengths and numbers', async () => {
    const { bytes, report } = await redactBytes(dump);
    const text = latin1(bytes);
    expect(bytes.length).toBe(dump.length);
    for (const gone of ['customer', 'Anna', 'anna', 'postgresql', 'hunter2', 'o\0l\0d', '10.1.2.3', '\x12\x34\x56\x78'])
      expect(text.includes(gone), gone).toBe(false);
    for (const kept of ['java/lang/String', 'value', 'count', 'hash', 'worker-7 for ', '\0\0\x12\x67'])
      expect(text.includes(kept), kept).toBe(true);
    // The same text twice: one code.
    const codes = text.match(/\*{8}\w{12}/g) ?? [];
    expect(codes.filter((code) => code === codes[0])).toHaveLength(2);
    expect(text).toContain(`\0\0\0\x01`.repeat(3));
    expect(text).toMatch(/\x08[*\w]{2}\0{6}/);
    expect(report.rules.map(({ rule, inContents, inNames }) => [rule, inContents, inNames])).toEqual([
      ['connection-string', 1, 0],
      ['mail', 0, 1],
      ['ipv4', 0, 1],
    ]);
    expect(report.blanked.find(({ what }) => what.startsWith('hash'))?.count).toBe(2);
  });

  it('blanks primitive fields on request, and keeps texts that are asked for', async () => {
    const numbers = latin1((await redactBytes(dump, { blankNumbers: true })).bytes);
    expect(numbers.includes('\0\0\x12\x67')).toBe(false);
    const kept = latin1((await redactBytes(dump, { keep: [TEXTS.string, TEXTS.other] })).bytes);
    expect(kept.split(TEXTS.string)).toHaveLength(3);
    expect(kept).toContain(Array.from(TEXTS.other).join('\0'));
    expect(kept.includes('hunter2')).toBe(false);
  });

  it.each([1, 3, 64])('is the same in chunks of %i bytes', async (chunkBytes) => {
    expect(latin1((await redactBytes(dump, {}, chunkBytes)).bytes)).toBe(latin1((await redactBytes(dump)).bytes));
  });

  it('is refused wherever it is cut inside of a record', async () => {
    let whole = 0;
    for (let length = 0; length < dump.length; length++) {
      try {
        await redactBytes(dump.subarray(0, length));
        whole++;
      } catch (error) {
        expect(isAppError(error), String(error)).toBe(true);
      }
    }
    // Between two of the twelve records it is a shorter dump.
    expect(whole).toBeLessThanOrEqual(12);
  });

  it('gives as many bytes, or an AppError, whatever bytes change', async () => {
    const change = fc.record({ at: fc.integer({ min: 0, max: dump.length - 1 }), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const bytes = dump.slice();
        for (const { at, byte } of changes) bytes[at] = byte;
        try {
          expect((await redactBytes(bytes)).bytes.length).toBe(dump.length);
        } catch (error) {
          expect(isAppError(error), String(error)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  }, 60_000);
});

/** Names of threads lose the addresses in them; nothing else that is no contents may differ. */
function shape(analysis: Analysis): string {
  const dominators = analysis.views.find(({ name }) => name === 'dominators');
  return JSON.stringify([
    analysis.findings,
    analysis.views.find(({ name }) => name === 'histogram'),
    analysis.views.filter(({ kind }) => kind === 'path'),
    dominators?.kind === 'tree' ? [dominators.parents, dominators.values] : dominators?.kind,
    analysis.facts.filter(({ name }) => /^(objects|edges|shallowBytes|reachableBytes)$/.test(name)),
  ]);
}

const FIXTURES = [
  'gen_jdk17_leakA.hprof.gz',
  'hprof-slurp__hprof-64.bin',
  'mat__oracle_jdk7_21_hprofagent.hprof',
  'mat__sun_jdk6_18_x32.hprof',
  'mat__openjdk_jdk11_04_x64.hprof.gz',
];

describe.skipIf(sharedPath('fixtures', 'hprof') === undefined)('dumps of real JVMs', () => {
  it.each(FIXTURES)(
    '%s: the same records, nothing longer or shorter',
    async (name) => {
      const path = sharedPath('fixtures', 'hprof', name);
      if (path === undefined) throw new Error(`${name} is missing`);
      const file = readFileSync(path);
      const dump = name.endsWith('.gz') ? gunzipSync(file) : file;
      const { bytes, report } = await redactBytes(file);
      expect(bytes.length).toBe(dump.length);
      expect(report.blanked[0]?.count).toBeGreaterThan(1000);
      // The same histogram, dominators and suspects; of a comparison of megabytes, only whether it is equal.
      const [before, after] = await Promise.all(
        [dump, bytes].map(async (one) => shape(await analyse(sourceOf(one), 'a.hprof', testRun()))),
      );
      expect(before).toContain('"kind":"table","name":"histogram"');
      expect(before === after).toBe(true);
      // A dump without contents is its own redacted dump: everything but codes and numbers that run stays where it is.
      const again = await redactBytes(bytes);
      expect(again.bytes.length).toBe(bytes.length);
      expect(again.report.kept.find(({ what }) => what === 'classes')).toEqual(
        report.kept.find(({ what }) => what === 'classes'),
      );
      expect(again.report.blanked[0]).toEqual(report.blanked[0]);
    },
    60_000,
  );
});

describe('codes of texts', () => {
  it('is SipHash-2-4 as its authors give it', () => {
    const out = new Uint32Array(2);
    const key = new Uint32Array(KEY.buffer);
    // Vectors of the paper (15 bytes) and of the reference implementation (none).
    sipHash(key, KEY, 0, 15, out);
    expect([out[1], out[0]]).toEqual([0xa129ca61, 0x49be45e5]);
    sipHash(key, KEY, 0, 0, out);
    expect([out[1], out[0]]).toEqual([0x726fdb47, 0xdd0e0e31]);
  });

  it('are equal for equal texts, different for different ones, and as long', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 24 }), { maxLength: 60 }), (texts) => {
        const blanker = new ArrayBlanker(KEY);
        const codes = texts.map((text) => {
          const copy = text.slice();
          blanker.text(copy, 0, copy.length, 1);
          return Buffer.from(copy).toString('hex');
        });
        const before = new Set(texts.map((text) => Buffer.from(text).toString('hex')));
        expect(new Set(codes).size).toBe(before.size);
        const pairs = new Set(texts.map((text, i) => `${Buffer.from(text).toString('hex')} ${codes[i] ?? ''}`));
        expect(pairs.size).toBe(before.size);
      }),
    );
  });

  it('of long texts depend on all blocks, and on nothing but the text', () => {
    const code = (fill: number, changed?: number): string => {
      const blanker = new ArrayBlanker(KEY);
      blanker.text(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 0, 8, 1);
      const blocks = [0, 1, 2].map(() => new Uint8Array(65_536).fill(fill));
      if (changed !== undefined) blocks[Math.floor(changed / 65_536)]![changed % 65_536] = fill + 1;
      blocks.forEach((block, i) => blanker.longText(block, 0, block.length, 1, i === 0, i === 2));
      return Buffer.from(blocks[2]!.subarray(-12)).toString('latin1');
    };
    expect(code(65)).toBe(code(65));
    const others = [code(66), code(65, 0), code(65, 70_000), code(65, 196_600)];
    expect(new Set([code(65), ...others]).size).toBe(5);
  });
});
