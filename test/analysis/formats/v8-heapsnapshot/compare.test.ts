import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Analysis } from '../../../../functions/model/analysis.ts';
import { v8HeapSnapshot } from '../../../../functions/analysis/formats/v8-heapsnapshot/index.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { leakingSnapshot } from './build-snapshot.ts';

const compare = async (dumps: readonly (string | Uint8Array)[]): Promise<Analysis> =>
  Analysis.parse(
    await v8HeapSnapshot.compare?.(
      dumps.map((dump) => sourceOf(dump)),
      testRun(),
    ),
  );

describe('comparison of heap snapshots', () => {
  it('says what grows, by how much a dump, and who holds it', async () => {
    const analysis = await compare([leakingSnapshot(500), leakingSnapshot(800), leakingSnapshot(1100)]);
    expect(analysis).toMatchObject({ format: v8HeapSnapshot.format, analyserVersion: v8HeapSnapshot.version });
    expect(analysis.findings).toHaveLength(1);
    expect(analysis.findings[0]).toMatchObject({
      rule: 'heap/growth',
      severity: 'warning',
      evidence: {
        class: 'LeakedSession',
        instancesDelta: 600,
        retainedBytesDelta: 90_000,
        instances: [500, 800, 1100],
        holder: 'globalThis.cache (SessionCache).entries (Map)',
        path: { length: 5 },
      },
    });
  });

  it('finds nothing between equal dumps, and refuses one alone', async () => {
    expect((await compare([leakingSnapshot(500), leakingSnapshot(500)])).findings).toEqual([]);
    await expect(compare([leakingSnapshot(5)])).rejects.toMatchObject({ code: 'bad-input' });
  });

  const series = sharedPath('fixtures', 'heapsnapshot-series');
  it.skipIf(series === undefined)(
    'finds +1000 LeakedSession a dump and no other leak in the recorded series',
    async () => {
      const read = (i: number): Uint8Array =>
        gunzipSync(readFileSync(`${series!}/gen_node20_leakA-${i}.heapsnapshot.gz`));
      const { findings } = await compare([read(1), read(2), read(3)]);
      expect(
        findings.map(({ evidence }) => [evidence['class'], evidence['instancesDelta'], evidence['retainedBytesDelta']]),
      ).toEqual([['LeakedSession', 2000, 560_000]]);
    },
  );
});
