import { describe, expect, it } from 'vitest';
import { hprof } from '../../../../functions/analysis/formats/hprof/index.ts';
import { Analysis } from '../../../../functions/model/analysis.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { analyseDump, factOf } from './analyse-dump.ts';
import { ordersDump, severalDumps } from './build-dump.ts';

const analysed = async (bytes: Uint8Array): Promise<Analysis> => Analysis.parse(await analyseDump(bytes));
const growthOf = ({ findings }: Analysis): unknown =>
  findings.filter(({ rule }) => rule === 'heap/growth').map(({ evidence }) => evidence['instances']);

function dumpsOf({ views }: Analysis): (string | number | null)[][] {
  const view = views.find(({ name }) => name === 'heap-dumps');
  return view?.kind === 'table' ? view.rows : [];
}

const timesOf = (analysis: Analysis): unknown => dumpsOf(analysis).map(([, time]) => time);

/** 1,700,000,000 seconds after 1970, as the builder writes it. */
const at = (seconds: number): string => new Date(1_700_000_000_000 + 1000 * seconds).toISOString();

describe('several heap dumps in one file', () => {
  it.each(['dump', 'segments'] as const)(
    'are one each, in the shape of a %s: the first in full, and what grew after it',
    async (shape) => {
      const bytes = severalDumps(
        [
          [200, 3],
          [300, 10],
          [500, 20],
        ],
        shape,
      );
      const analysis = await analysed(bytes);
      const alone = await analysed(ordersDump({ orders: 200, shape }));
      expect(factOf(analysis, 'heapDumps')).toBe(3);
      expect(factOf(analysis, 'analysedHeapDump')).toBe(1);
      for (const fact of ['objects', 'edges', 'shallowBytes', 'reachableBytes'])
        expect(factOf(analysis, fact)).toBe(factOf(alone, fact));
      expect(analysis.findings.filter(({ rule }) => rule === 'heap/suspect')).toEqual(alone.findings);
      expect(analysis.findings[0]).toMatchObject({
        rule: 'heap/growth',
        severity: 'warning',
        evidence: { class: 'com.x.Order', instances: [200, 300, 500], steady: true, path: { length: 3 } },
      });
      expect(dumpsOf(analysis)).toMatchObject([
        [1, at(3), expect.any(Number), 401, expect.any(Number)],
        [2, at(10), expect.any(Number), 601, expect.any(Number)],
        [3, at(20), expect.any(Number), 1001, expect.any(Number)],
      ]);
      expect(analysis.context.capturedAtMs).toBe(Date.parse(at(3)));
      expect(analysis.warnings).toEqual([expect.stringContaining('The file holds 3 heap dumps')]);
    },
  );

  it('of many, the first, the last and one between are compared', async () => {
    const analysis = await analysed(
      severalDumps(
        [200, 250, 300, 350, 400, 450].map((orders, i) => [orders, i]),
        'dump',
      ),
    );
    expect(growthOf(analysis)).toEqual([[200, 350, 450]]);
  });

  it('have times beyond the 71 minutes that 32 bits of microseconds last, and none where the JVM wrote none', async () => {
    const late = await analysed(
      severalDumps(
        [
          [10, 60],
          [10, 4000],
          [10, 5000],
        ],
        'dump',
      ),
    );
    expect(timesOf(late)).toEqual([at(60), at(4000), at(5000)]);
    const silent = await analysed(
      severalDumps(
        [
          [10, 0],
          [10, 0],
        ],
        'segments',
      ),
    );
    expect(timesOf(silent)).toEqual([at(0), null]);
  });

  it('that end early are compared as far as they are whole', async () => {
    const bytes = severalDumps(
      [
        [200, 1],
        [300, 2],
        [500, 3],
      ],
      'dump',
    );
    const analysis = await analysed(bytes.subarray(0, bytes.length - 30_000));
    expect(growthOf(analysis)).toEqual([[200, 300]]);
    expect(analysis.warnings.join('\n')).toMatch(/The last heap dump ends in the middle of a record, at byte \d+/);
    const two = severalDumps(
      [
        [200, 1],
        [500, 3],
      ],
      'dump',
    );
    expect(growthOf(await analysed(two.subarray(0, two.length - 30_000)))).toEqual([]);
  });

  it('are not compared where a later one does not fit the memory', async () => {
    const run = testRun({ limits: { memoryBytes: 90 * 700 } });
    const analysis = await hprof.analyse(
      sourceOf(
        severalDumps(
          [
            [200, 1],
            [500, 3],
          ],
          'dump',
        ),
      ),
      run,
    );
    expect(factOf(analysis, 'objects')).toBe(401);
    expect(analysis.warnings.join('\n')).toMatch(/were not compared: 1001 objects need more memory/);
  });
});
