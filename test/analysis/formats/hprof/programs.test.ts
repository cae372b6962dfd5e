import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hprof } from '../../../../functions/analysis/formats/hprof/index.ts';
import type { Analysis, Finding } from '../../../../functions/model/analysis.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { analyseDump, dumpBytes, factOf } from './analyse-dump.ts';
import { jdk } from './leak-dumps.ts';

describe.skipIf(jdk === undefined)('suspects of Java programs', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'programs-'));
    const programs = ['Programs.java', 'Growing.java'].map((name) => join(import.meta.dirname, name));
    execFileSync('javac', ['-d', folder, ...programs]);
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  async function analysisOf(program: string, count: number, jvm: readonly string[] = []): Promise<Analysis> {
    const path = join(folder, `${program}-${count}.hprof`);
    const { stderr } = spawnSync('java', ['-Xmx512m', ...jvm, '-cp', folder, 'Programs', program, String(count), path]);
    if (!existsSync(path)) throw new Error(`no dump of ${program}: ${stderr.toString()}`);
    const analysis = await analyseDump(dumpBytes(path));
    rmSync(path);
    return analysis;
  }

  const findingsOf = async (program: string, count: number): Promise<Finding[]> =>
    (await analysisOf(program, count)).findings;

  it.each([
    ['registry', 'unbounded-cache', /, held by Programs\.kept\.by(Id|Number) \(a HashMap\)$/],
    ['linked-list', 'unbounded-collection', /, held by Programs\.kept \(a LinkedList\)$/],
    ['own-list', 'unbounded-collection', /, held by Programs\.head \(the first of a list\)$/],
    ['queue', 'undrained-queue', /, held by Programs\.kept \(a LinkedBlockingQueue\)$/],
    ['scheduled', 'timers-promises', /, held by Programs\.LATER\.workQueue \(a DelayedWorkQueue\)$/],
  ])(
    '%s: names the sessions, who has them, and the same leak at another size',
    async (program, kind, held) => {
      const [small, large] = [await findingsOf(program, 4000), await findingsOf(program, 20_000)];
      for (const [finding, count] of [
        [small[0], 4000],
        [large[0], 20_000],
      ] as const) {
        expect(finding).toMatchObject({ severity: 'warning', evidence: { class: 'Programs$Session', kind } });
        expect(Math.abs(Number(finding?.evidence['instances']) / count - 1)).toBeLessThan(0.01);
        expect(finding?.title).toMatch(
          /^[\d,]+ Programs\$Session objects keep [\d.]+ MB alive \([\d.]+ % of the heap\), /,
        );
        expect(finding?.title).toMatch(held);
      }
      expect(small[0]?.fingerprint).toBe(large[0]?.fingerprint);
    },
    60_000,
  );

  it.each([
    ['set', 'Session', 'unbounded-cache', /, held by Programs\.SEEN \(a HashSet\)$/],
    ['array', 'Session', 'unbounded-collection', /, held by Programs\.table \(a Session\[\]\)$/],
    ['executor', 'Session', 'undrained-queue', /, held by Programs\.ONE\.workQueue \(a LinkedBlockingQueue\)$/],
    ['future', 'Session', 'timers-promises', /, held by Programs\.kept\.stack \(an UniApply\)$/],
    ['listeners', 'OrderListener', 'listener-leak', /, held in 3 places such as Programs\.BY_TOPIC/],
    ['finalizers', 'Parsed', 'undrained-queue', /, held by java\.lang\.ref\.Finalizer\.queue/],
    ['inside-map-of', 'Session', 'unbounded-collection', /, held by Programs\.kept\.v0 \(an ArrayList\)$/],
    [
      'handler',
      'Session',
      'unbounded-collection',
      /a local variable of Programs\$RequestHandler\.handle of thread "pool-/,
    ],
  ])(
    '%s: names what piles up and where, and nothing beside it',
    async (program, name, kind, held) => {
      const [finding, ...others] = await findingsOf(program, 8000);
      expect(finding).toMatchObject({ severity: 'warning', evidence: { class: `Programs$${name}`, kind } });
      expect(Math.abs(Number(finding?.evidence['instances']) / 8000 - 1)).toBeLessThan(0.01);
      expect(finding?.title).toMatch(held);
      expect(others.map(({ title }) => title)).toEqual([]);
    },
    60_000,
  );

  it('a buffer that only grows is named, though it is one object', async () => {
    const findings = await findingsOf('buffer', 60_000);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      severity: 'warning',
      evidence: { class: 'java.lang.StringBuilder', kind: 'unbounded-collection', instances: 1 },
    });
    expect(findings[0]?.title).toMatch(
      /^1 java\.lang\.StringBuilder object keeps .*, held by Programs\.LOG \(a StringBuilder\)$/,
    );
  }, 60_000);

  it('few large objects are a note, with their number and their map', async () => {
    const [finding] = await findingsOf('few', 40);
    expect(finding).toMatchObject({ severity: 'note', evidence: { class: 'byte[]', instances: 40 } });
    expect(finding?.title).toMatch(/held by Programs\.kept \(a HashMap\)$/);
  }, 60_000);

  it('what becomes larger and not more is told by its bytes, with the objects of the program that have it', async () => {
    const path = join(folder, 'growing');
    execFileSync('java', ['-Xmx512m', '-cp', folder, 'Growing', path]);
    const sources = [1, 2, 3].map((round) => sourceOf(dumpBytes(`${path}-${round}.hprof`)));
    const { findings } = (await hprof.compare?.(sources, testRun()))!;
    expect(findings.map(({ title }) => title.replace(/ \(\+.*\)(?=,)/, ''))).toEqual([
      '1 Growing$Ring object grows by 2.0 MB a snapshot, held by Growing.RING (a Ring)',
      '4 Growing$Worker objects grow by 1.6 MB a snapshot, held by Growing.WORKERS (an ArrayList)',
      '100 Growing$Session objects grow by 1.0 MB a snapshot, held by Growing.SESSIONS (an ArrayList)',
      '1 java.util.BitSet object grows by 0.75 MB a snapshot, held by Growing.SEEN (a BitSet)',
      'The number of java.lang.String objects grows by 10,000 a snapshot, held by Growing.CACHE.entries (a HashMap)',
    ]);
    for (const { severity } of findings) expect(severity).toBe('warning');
  }, 60_000);

  it('files that stay open are named, however small they are beside the rest', async () => {
    const findings = await findingsOf('files', 400);
    expect(findings[0]).toMatchObject({
      severity: 'note',
      evidence: { class: 'java.io.FileInputStream', kind: 'unclosed-resources', instances: 401 },
    });
    expect(findings[0]?.title).toMatch(/held by Programs\.SOME \(an ArrayList\)$/);
  }, 60_000);

  it('an array that is full when memory has run out is not taken for a table', async () => {
    const path = join(folder, 'out-of-memory-50000.hprof');
    const jvm = ['-Xmx120m', '-XX:+HeapDumpOnOutOfMemoryError', `-XX:HeapDumpPath=${path}`];
    const analysis = await analysisOf('out-of-memory', 50_000, jvm);
    expect(factOf(analysis, 'outOfMemoryThread')).toBe('java.lang.Thread "main"');
    expect(analysis.findings[0]).toMatchObject({ severity: 'warning', evidence: { class: 'Programs$Session' } });
    expect(analysis.findings[0]?.title).toMatch(/, held by Programs\.table \(a Session\[\]\)$/);
  }, 60_000);

  it.each([
    ['healthy', 300],
    ['healthy', 200_000],
    ['healthy-limit', 3000],
    ['healthy-limit', 200_000],
    ['healthy-eldest', 3000],
    ['healthy-places', 3000],
    ['healthy-pool', 3000],
    ['healthy-array', 50_000],
    ['healthy-copy', 50_000],
    ['healthy-view', 50_000],
    ['healthy-pages', 50_000],
    ['healthy-field', 50_000],
    ['healthy-list', 50_000],
    ['healthy-bundle', 50_000],
  ])(
    '%s, %d requests: nothing above a note',
    async (program, count) => {
      const findings = await findingsOf(program, count);
      expect(findings.filter(({ severity }) => severity !== 'note').map(({ title }) => title)).toEqual([]);
    },
    60_000,
  );
});
