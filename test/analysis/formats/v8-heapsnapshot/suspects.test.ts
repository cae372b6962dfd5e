import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Analysis, Finding } from '../../../../functions/model/analysis.ts';
import { v8HeapSnapshot } from '../../../../functions/analysis/formats/v8-heapsnapshot/index.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { leakingSnapshot, leakingSnapshotBelowContext } from './build-snapshot.ts';
import { makeLeakDumps } from './leak-dumps.ts';

const analyse = (bytes: string | Uint8Array): Promise<Analysis> => v8HeapSnapshot.analyse(sourceOf(bytes), testRun());

function suspect(analysis: Analysis, name: string): Finding & { evidence: { path: { name: string; via: string }[] } } {
  const found = analysis.findings.find(({ rule, evidence }) => rule === 'heap/suspect' && evidence['class'] === name);
  expect(found, `no suspect ${name} among ${analysis.findings.map(({ title }) => title).join('; ')}`).toBeDefined();
  return found as Finding & { evidence: { path: { name: string; via: string }[] } };
}

describe('suspects', () => {
  it('name what piles up, who holds it and where', async () => {
    const analysis = await analyse(leakingSnapshot(1000));
    const finding = suspect(analysis, 'LeakedSession');
    expect(finding.evidence).toMatchObject({
      instances: 1000,
      retainedBytes: 150_000,
      kind: 'unbounded-cache',
      holder: 'globalThis.cache (SessionCache).entries (Map)',
      path: [
        { name: 'globalThis', via: '' },
        { name: 'SessionCache', via: '.cache' },
        { name: 'Map', via: '.entries' },
        { name: '(table)', via: 'table' },
        { name: 'LeakedSession', via: '[…]' },
      ],
    });
    const view = analysis.views.find(({ name }) => name === finding.view);
    expect(view).toMatchObject({ kind: 'path', steps: { length: 5 } });
  });

  it('start at the global object where V8 puts a context before it', async () => {
    expect(suspect(await analyse(leakingSnapshotBelowContext(1000)), 'LeakedSession').evidence).toMatchObject({
      holder: 'globalThis.sessions (Array)',
      path: [
        { name: 'globalThis', via: '' },
        { name: 'Array', via: '.sessions' },
        { name: 'LeakedSession', via: '[…]' },
      ],
    });
  });

  it('have the same fingerprint at another size', async () => {
    const [small, large] = await Promise.all([analyse(leakingSnapshot(400)), analyse(leakingSnapshot(4000))]);
    expect(suspect(small, 'LeakedSession').fingerprint).toBe(suspect(large, 'LeakedSession').fingerprint);
  });

  it('are none where little is held', async () => {
    expect((await analyse(leakingSnapshot(20))).findings).toEqual([]);
  });
});

const generator = sharedPath('dump-generators', 'leak-node.mjs');

describe.skipIf(generator === undefined)('a program that leaks next to nothing', () => {
  it('has nothing above a note', async () => {
    const truth = await makeLeakDumps(generator!, 'map', 10);
    const { file } = truth.snapshots[0]!;
    const analysis = await analyse(readFileSync(file));
    rmSync(dirname(file), { recursive: true });
    expect(analysis.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });
});

const series = sharedPath('fixtures', 'heapsnapshot-series');

describe.skipIf(series === undefined)('suspects of recorded snapshots', () => {
  for (const index of [1, 2, 3]) {
    it(`gen_node20_leakA-${index}`, async () => {
      const analysis = await analyse(gunzipSync(readFileSync(`${series!}/gen_node20_leakA-${index}.heapsnapshot.gz`)));
      expect(suspect(analysis, 'LeakedSession').evidence).toMatchObject({
        instances: index * 1000,
        retainedBytes: index * 280_000,
        holder: 'globalThis.__sessionStore (Map)',
      });
      const others = analysis.findings.filter(
        ({ severity, evidence }) => severity !== 'note' && evidence['class'] !== 'LeakedSession',
      );
      expect(others).toEqual([]);
    });
  }
});
