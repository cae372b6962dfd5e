import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../../../functions/model/analysis.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { analyseDump, dumpBytes, factOf, histogramOf } from './analyse-dump.ts';
import { expectBytesOfJvm } from './jvm-histogram.ts';

const folder = sharedPath('fixtures', 'hprof');
const analyses = new Map<string, Promise<Analysis>>();

function analysisOf(file: string): Promise<Analysis> {
  let analysis = analyses.get(file);
  if (analysis === undefined) analyses.set(file, (analysis = analyseDump(dumpBytes(`${folder ?? ''}/${file}`))));
  return analysis;
}

type Known = readonly [file: string, fact: string, value: number | string, source: string];

const SLURP = 'hprof-slurp__hprof-64.bin';
const golden = 'golden result of hprof-slurp';
const parser = 'independent parser';
const KNOWN: readonly Known[] = [
  [SLURP, 'strings', 10_768, golden],
  [SLURP, 'classes', 474, golden],
  [SLURP, 'stackTraces', 10, golden],
  [SLURP, 'stackFrames', 20, golden],
  [SLURP, 'gcRoots thread', 9, golden],
  [SLURP, 'gcRoots JNI global', 5, golden],
  [SLURP, 'gcRoots Java frame', 22, golden],
  [SLURP, 'gcRoots system class', 413, golden],
  [SLURP, 'gcRoots monitor', 4, golden],
  [SLURP, 'primitiveArrays', 2891, golden],
  [SLURP, 'objectArrays', 748, golden],
  [SLURP, 'instances', 4149, golden],
  [SLURP, 'heapDumps', 1, golden],
  ['gen_jdk17_leakA.hprof.gz', 'instances', 28_459, parser],
  ['gen_jdk17_leakA.hprof.gz', 'objectArrays', 1272, parser],
  ['gen_jdk17_leakA.hprof.gz', 'primitiveArrays', 12_393, parser],
  ['gen_jdk17_leakA.hprof.gz', 'gcRoots', 588, parser],
  ['gen_jdk17_leakA.hprof.gz', 'shallowBytes', 2_608_424, 'VisualVM'],
  ['gen_jdk17_leakA.hprof.gz', 'pointers', '64-bit, compressed', 'jcmd histogram'],
  ['mat__HeapDumpSample.hprof', 'instances', 15_485, parser],
  ['mat__HeapDumpSample.hprof', 'gcRoots', 2392, parser],
  ['mat__HeapDumpSample.hprof', 'pointers', '32-bit', parser],
  ['mat__openjdk_jdk11_04_x64.hprof.gz', 'instances', 129_433, parser],
  ['mat__oracle_jdk7_21_hprofagent.hprof', 'heapDumps', 2, "MAT's MultipleSnapshots test"],
  ['mat__sun_jdk6_31_hprofagent_nocompressedOops.hprof', 'heapDumps', 2, "MAT's MultipleSnapshots test"],
  ['mat__sun_jdk6_30_x64_compressedOops.hprof', 'pointers', '64-bit, compressed', 'name of the dump'],
];

const DUMPS = [
  SLURP,
  'gen_jdk17_leakA.hprof.gz',
  'mat__HeapDumpSample.hprof',
  'mat__openjdk_jdk11_04_x64.hprof.gz',
  'mat__oracle_jdk7_21_hprofagent.hprof',
  'mat__oracle_jdk8_05_x64.hprof',
  'mat__sun_jdk6_18_x32.hprof',
  'mat__sun_jdk6_30_x64_compressedOops.hprof',
  'mat__sun_jdk6_31_hprofagent_nocompressedOops.hprof',
  'mat__sun_jdk6_32bit.hprof',
];

interface VisualVm {
  readonly classes: number;
  readonly gcRoots: number;
  readonly liveInstances: number;
  readonly liveBytes: number;
  readonly byCount: { class: string; count: number; bytes: number; retainedByClass: number }[];
}

function visualVm(file: string): VisualVm {
  const path = `${folder ?? ''}/${file.replace(/\.gz$/, '')}.visualvm.expected.json`;
  return JSON.parse(readFileSync(path, 'utf8')) as VisualVm; // written by the collector of the fixtures
}

describe.skipIf(folder === undefined)('known facts', () => {
  it.each(KNOWN)('%s: %s is %s (%s)', async (file, fact, value) => {
    expect(factOf(await analysisOf(file), fact)).toBe(value);
  });

  it("R of MAT's dominator test retains 224 bytes and is one of a kind", async () => {
    const rows = histogramOf(await analysisOf('mat__sun_jdk6_32bit.hprof'));
    expect(rows.get('org.eclipse.mat.tests.CreateSampleDump$DominatorTestData$R')).toMatchObject({
      instances: 1,
      retainedBytes: 224,
    });
  });

  it.each(DUMPS)('%s: classes, roots and objects as VisualVM counts them', async (file) => {
    const [analysis, truth] = [await analysisOf(file), visualVm(file)];
    expect(factOf(analysis, 'classes')).toBe(truth.classes);
    expect(factOf(analysis, 'gcRoots')).toBe(truth.gcRoots);
    expect(factOf(analysis, 'objects')).toBe(truth.liveInstances);
    const rows = histogramOf(analysis);
    for (const { class: name, count } of truth.byCount) {
      // VisualVM lists only instances that the dump has as such; here a class object is an instance of java.lang.Class, too.
      if (name !== 'java.lang.Class') expect(rows.get(name)?.instances, name).toBe(count);
    }
  });

  /**
   * VisualVM adds up the fields of all superclasses and rounds once, and takes a dump of JDK 6 with compressed pointers for one without. HotSpot
   * before JDK 15 begins the fields of each class at a multiple of 4 (8 without compression), so a flag in a superclass costs 4 bytes.
   */
  it.each(DUMPS.filter((file) => !file.includes('sun_jdk6_30')))(
    '%s: bytes within 0.25 percent of VisualVM',
    async (file) => {
      const [analysis, truth] = [await analysisOf(file), visualVm(file)];
      const bytes = Number(factOf(analysis, 'shallowBytes'));
      expect(bytes).toBeGreaterThanOrEqual(truth.liveBytes);
      expect(bytes / truth.liveBytes).toBeLessThan(1.0025);
    },
  );

  /**
   * VisualVM lets soft and weak references keep their referents in the dominator tree; here they do not, so that a path may end in one
   * holder. In this dump that moves 848 bytes of lambda forms and method types below the class Leak.
   */
  it('retained bytes of classes as VisualVM has them, but for weakly held objects', async () => {
    const file = 'gen_jdk17_leakA.hprof.gz';
    const rows = histogramOf(await analysisOf(file));
    const different = visualVm(file)
      .byCount.filter(({ retainedByClass }) => retainedByClass >= 0)
      .filter(({ class: name, retainedByClass }) => rows.get(name)?.retainedBytes !== retainedByClass)
      .map(({ class: name }) => name);
    expect(different).toEqual(['java.util.concurrent.ConcurrentHashMap$Node', 'java.lang.Object[]']);
  });

  /** What the JVM itself said, for classes whose count is the same in its histogram and in the dump (taken one after the other). */
  it.each([
    ['gen_jdk17_leakA.hprof.gz', 'gen_jdk17_leakA.histo.expected.txt'],
    ['mat__sun_jdk6_30_x64_compressedOops.hprof', 'mat__sun_jdk6_30_x64_compressedOops.histo.expected.txt'],
  ])('%s: bytes of each class as the JVM gave them in %s', async (file, histogram) => {
    const truth = readFileSync(`${folder ?? ''}/${histogram}`, 'latin1');
    expectBytesOfJvm(histogramOf(await analysisOf(file)), truth);
  });
});
