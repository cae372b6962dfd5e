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

const vias = (finding: { evidence: { path: { via: string }[] } }): string =>
  finding.evidence.path.map(({ via }) => via).join(' ');

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

describe.skipIf(generator === undefined)('suspects of programs that leak on purpose', () => {
  async function suspectsOf(
    kind: string,
    size: number,
  ): Promise<{ analysis: Analysis; counts: Record<string, number> }> {
    const truth = makeLeakDumps(generator!, kind, size);
    const { file, counts } = truth.snapshots[0]!;
    const analysis = await analyse(readFileSync(file));
    rmSync(dirname(file), { recursive: true });
    return { analysis, counts };
  }
  const within = (finding: Finding, count: number): void => {
    expect(Math.abs(Number(finding.evidence['instances']) - count)).toBeLessThanOrEqual(0.01 * count);
  };

  for (const size of [2000, 10_000]) {
    it(`mixed, ${size}: each leak by class, count and holder`, async () => {
      const { analysis, counts } = await suspectsOf('mixed', size);
      const session = suspect(analysis, 'LeakedSession');
      within(session, counts['LeakedSession']!);
      expect(session.evidence).toMatchObject({ holder: 'globalThis.__sessionCache (SessionCache).entries (Map)' });
      const context = suspect(analysis, 'RequestContext');
      within(context, counts['RequestContext']!);
      expect(context.evidence).toMatchObject({ kind: 'listener-leak' });
      expect(vias(context)).toBe(' .__configBus ._events ["config-changed"] […] context ctx');
      const docs = suspect(analysis, '{title, status, meta, items}');
      within(docs, counts['docs']!);
      expect(docs.evidence).toMatchObject({ holder: 'globalThis.__docStore (DocumentStore).docs (Array)' });
    });
  }

  it('timers and promises', async () => {
    const { analysis, counts } = await suspectsOf('timer', 5000);
    const job = suspect(analysis, 'PendingJob');
    within(job, counts['PendingJob']!);
    expect(job.evidence).toMatchObject({ kind: 'timers-promises' });
    expect(vias(job)).toMatch(/^ \.__pending \.(timers|resolvers) \[…\]/);
  });

  it('long lines in an array', async () => {
    const { analysis, counts } = await suspectsOf('bigstr', 20_000);
    const lines = suspect(analysis, '(string)');
    within(lines, counts['lines']!);
    expect(lines.evidence).toMatchObject({ holder: 'globalThis.__logBuffer (LogBuffer).lines (Array)' });
  });

  it('nothing above a note where nothing leaks', async () => {
    const { analysis } = await suspectsOf('map', 10);
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
