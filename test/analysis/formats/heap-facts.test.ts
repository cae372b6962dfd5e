import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readHeap } from '../../../functions/analysis/formats/hprof/heap.ts';
import { analyse } from '../../../functions/analysis/run.ts';
import type { Analysis } from '../../../functions/model/analysis.ts';
import { sharedPath } from '../../fixtures/shared.ts';
import { sourceOf, testRun } from '../test-run.ts';
import { factOf, fixture, rowsOf } from './analyse.ts';
import { manifest } from './manifest.ts';

/** Every number that the manifest knows of a heap dump, by the tool that found it, read from there: one test a fact. */
interface Known {
  readonly path: string;
  readonly fact: string;
  readonly value: number;
  readonly found: (analysis: Analysis) => unknown;
}

const SUMS_OF_TWO = /CONTAINS 2 HEAP DUMPS|contains 2 heap dumps/;
const ROOTS: Record<string, string> = {
  thread_obj: 'thread',
  java_frame: 'Java frame',
  jni_local: 'JNI local',
  jni_global: 'JNI global',
  monitor: 'monitor',
  sticky: 'system class',
};

const fact = (name: string) => (analysis: Analysis) => factOf(analysis, name);
const instances = (name: string) => (analysis: Analysis) =>
  rowsOf(analysis, 'histogram').find(([className]) => className === name)?.[1];
const named = (text: string): [name: string, count: number][] =>
  [...text.matchAll(/([^\s,;=][^,;=]*)=(\d+)/g)].map(([, name = '', count]) => [name.trim(), Number(count)]);
const part = (text: string, pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';

function knownOf(path: string, facts: string): Known[] {
  const known: Known[] = [];
  const add = (name: string, pattern: RegExp, found: Known['found']): void => {
    const value = part(facts, pattern);
    if (value !== '') known.push({ path, fact: name, value: Number(value), found });
  };
  const counts = (what: string, pattern: RegExp, found: (name: string) => Known['found']): void => {
    for (const [name, value] of named(part(facts, pattern).replaceAll(/'([\w ]+)': (\d+)/g, '$1=$2')))
      known.push({ path, fact: `${what} ${name}`, value, found: found(name) });
  };
  add('VisualVM: classes', /VisualVM [\d.]+\] classes=(\d+)/, fact('classes'));
  add('VisualVM: GC roots', /gcRoots=(\d+)/, fact('gcRoots'));
  add('VisualVM: objects', /liveInstances=(\d+)/, fact('objects'));
  if (!SUMS_OF_TWO.test(facts)) {
    add('parser: id bytes', /idsize=(\d+)/, fact('idBytes'));
    add('parser: classes', /class_dumps=(\d+)/, fact('classes'));
    add('parser: instances', / instances=(\d+) obj_arrays/, fact('instances'));
    add('parser: arrays of objects', /obj_arrays=(\d+)/, fact('objectArrays'));
    add('parser: arrays of primitives', /prim_arrays=(\d+)/, fact('primitiveArrays'));
    add('parser: GC roots', /gc_roots=(\d+)/, fact('gcRoots'));
    counts('parser: roots', /gc_roots=\d+ \{([^}]*)\}/, (name) => fact(`gcRoots ${ROOTS[name] ?? name}`));
    counts('parser: instances of', /top instances: ([^;|]*)/, (name) => instances(name.replaceAll('/', '.')));
  }
  add('parser: nodes', /\[derived\] nodes=(\d+)/, fact('objects'));
  add('parser: edges', / edges=(\d+) strings/, fact('edges'));
  add('parser: strings', / strings=(\d+)/, fact('strings'));
  add('parser: own bytes', /total_self_size=(\d+)/, fact('shallowBytes'));
  add('program: sessions', /LeakedSession instances = (\d+) exactly/, instances('LeakedSession'));
  add('program: entries of the bounded cache', /BoundedCacheEntry = (\d+)/, instances('BoundedCacheEntry'));
  add('program: widgets', /= (\d+); allocation stack makeWidgets/, instances('Widget'));
  add('program: session tokens', /SessionToken = (\d+)/, instances('Leak$SessionToken'));
  add('program: bounded entries', /Leak\$BoundedEntry = (\d+)/, instances('Leak$BoundedEntry'));
  return known;
}

const HEAPS = new Set(['hprof', 'heapsnapshot', 'heapsnapshot-series', 'heaptimeline']);
const KNOWN = manifest()
  .filter(({ path, format, facts }) => HEAPS.has(format) && !facts.startsWith('ORACLE') && !path.includes('expected'))
  .flatMap(({ path, facts }) => knownOf(path, facts));

const analyses = new Map<string, Promise<Analysis>>();
function analysisOf(path: string): Promise<Analysis> {
  let analysis = analyses.get(path);
  if (analysis === undefined) {
    const bytes = readFileSync(sharedPath('fixtures', path) ?? '');
    analyses.set(path, (analysis = analyse(sourceOf(bytes), path, testRun())));
  }
  return analysis;
}

describe.skipIf(KNOWN.length === 0)('facts of the heap dumps in the manifest', () => {
  it('are many', () => {
    expect(KNOWN.length).toBeGreaterThan(120);
  });

  it.each(KNOWN.map((known) => [known.path, known.fact, known.value, known] as const))(
    '%s, %s: %i',
    async (path, _fact, value, known) => {
      expect(known.found(await analysisOf(path))).toBe(value);
    },
  );
});

const DOMINATORS = 'hprof/mat__sun_jdk6_32bit.hprof';

describe.skipIf(sharedPath('fixtures', DOMINATORS) === undefined)("MAT's dominator test", () => {
  it('R dominates A, B, C, D, E, H, I and K at once, 13 objects in all, 224 bytes', async () => {
    const { graph, tree, retained } = await readHeap(sourceOf(fixture(DOMINATORS)!), testRun(), 1);
    const prefix = 'org.eclipse.mat.tests.CreateSampleDump$DominatorTestData$';
    const nameAt = (position: number): string => graph.className(graph.classOf[tree.order[position]!]!);
    const childrenOf = (position: number): number[] => {
      const children: number[] = [];
      for (let p = position + 1; p < tree.end[position]!; p = tree.end[p]!) children.push(p);
      return children;
    };
    const lettersBelow = (position: number): string =>
      childrenOf(position)
        .map((p) => nameAt(p).replace(prefix, ''))
        .sort()
        .join('');
    const find = (letter: string): number =>
      Array.from({ length: tree.reached }, (_, p) => p).find((p) => nameAt(p) === prefix + letter)!;
    const below = (position: number): number => childrenOf(position).reduce((sum, p) => sum + below(p), 1);
    expect(['R', 'C', 'D', 'G'].map((letter) => lettersBelow(find(letter)))).toEqual(['ABCDEHIK', 'FG', 'L', 'J']);
    expect(below(find('R'))).toBe(13);
    expect(retained[find('R')]).toBe(224);
  });
});
