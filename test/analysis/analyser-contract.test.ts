import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect, analyse } from '../../functions/analysis/run.ts';
import { ANALYSERS } from '../../functions/analysis/registry.ts';
import { Analysis } from '../../functions/model/analysis.ts';
import { ALWAYS_REFUSED, SAMPLES, type Sample } from './samples.ts';
import { sourceOf, testRun } from './test-run.ts';

const bytesOf = ({ content }: Sample): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;
const analyserOf = (format: string) => {
  const found = ANALYSERS.find((analyser) => analyser.format === format);
  if (!found) throw new Error(`${format} is not in the registry`);
  return found;
};
const HEAD_BYTES = 65_536;

describe('the registry', () => {
  it('has a sample for every analyser: add yours to test/analysis/samples.ts', () => {
    expect(
      ANALYSERS.map(({ format }) => format).filter(
        (format) => !SAMPLES.some((sample) => sample.format === format) && !ALWAYS_REFUSED.includes(format),
      ),
    ).toEqual([]);
  });

  it('names every format once', () => {
    expect(new Set(ANALYSERS.map(({ format }) => format)).size).toBe(ANALYSERS.length);
  });
});

describe.each(SAMPLES)('$format: $name', (sample) => {
  const bytes = bytesOf(sample);
  const analyser = analyserOf(sample.format);

  it.each(['its own name', 'unknown'])('is detected under %s', (name) => {
    expect(detect(bytes.subarray(0, HEAD_BYTES), name === 'unknown' ? 'unknown' : sample.name)?.format).toBe(
      sample.format,
    );
  });

  it('says yes to nobody else’s sample', () => {
    const taken = SAMPLES.filter((other) => other.format !== sample.format)
      .filter((other) => analyser.detect(bytesOf(other).subarray(0, HEAD_BYTES), other.name) === 'yes')
      .map((other) => other.format);
    expect(taken).toEqual([]);
  });

  it('answers what the schema says, the same twice and at any chunk size', async () => {
    const first = await analyse(sourceOf(bytes), sample.name, testRun());
    expect(Analysis.parse(first)).toEqual(first);
    expect(first.format).toBe(sample.format);
    for (const chunkBytes of [1, 7, 65_536])
      expect(await analyse(sourceOf(bytes, chunkBytes), sample.name, testRun())).toEqual(first);
  });

  it('obeys an abort', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(analyser.analyse(sourceOf(bytes), testRun({ signal: controller.signal }))).rejects.toBeDefined();
  });

  it('ends on any truncation with an Analysis or an AppError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), (length) =>
        endsWell(analyser.analyse(sourceOf(bytes.slice(0, length)), testRun())),
      ),
      { numRuns: 60 },
    );
  });

  it('ends on any mutation with an Analysis or an AppError', async () => {
    const mutation = fc.record({
      at: fc.nat(bytes.length - 1),
      byte: fc.nat(255),
      cut: fc.nat(40),
      text: fc.constantFrom('', '9'.repeat(400), '{{{{', '"', '\n\n', '-1', '1e999', '\u0000'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 6 }), (mutations) => {
        let broken = Buffer.from(bytes);
        for (const { at, byte, cut, text } of mutations) {
          const here = at % Math.max(1, broken.length);
          broken = Buffer.concat([
            broken.subarray(0, here),
            Buffer.from([byte]),
            Buffer.from(text),
            broken.subarray(here + 1 + cut),
          ]);
        }
        return endsWell(analyser.analyse(sourceOf(broken), testRun()));
      }),
      { numRuns: 120 },
    );
  });
});

/** Imperfect input is data: an Analysis that fits the schema, or one AppError. */
async function endsWell(work: Promise<Analysis>): Promise<void> {
  try {
    Analysis.parse(await work);
  } catch (error) {
    expect(error).toMatchObject({ name: 'AppError' });
  }
}
