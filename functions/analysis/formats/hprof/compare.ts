import type { Analysis } from '../../../model/analysis.ts';
import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { type ClassTotals, diffClasses, type HeapTotals, totalsOf } from '../../graph/diff.ts';
import { type Growth, growthFindings, growthView } from '../../graph/growth.ts';
import { roleOfClass } from './class-roles.ts';
import { type Heap, readHeap } from './heap.ts';
import { ObjectReader } from './object-reader.ts';
import { findSuspects, judgeSuspects, type Suspect } from './rules/suspect.ts';

/** What is kept of a dump while the next one is read: names and sums, no graph. */
interface Summary {
  readonly totals: HeapTotals;
  /** Suspects by fingerprint: crowds of strings and arrays are known by their holder, not by their class. */
  readonly crowds: ReadonlyMap<string, ClassTotals>;
  readonly objects: number;
  readonly reachableBytes: number;
  readonly warnings: readonly string[];
}

const MAX_GROWING_CLASSES = 40;
const NOTHING: ClassTotals = { instances: 0, shallowBytes: 0, retainedBytes: 0 };

/**
 * Two or more dumps, oldest first: what grew by class among the reachable objects, and who holds it in the last one. One graph is in
 * memory at a time. (The collector moves objects, so an address does not tell whether an object is the same.) Throws AppError `bad-input` for fewer than two.
 */
export async function compareHeapDumps(sources: readonly ByteSource[], run: Run): Promise<Analysis> {
  const last = sources.at(-1);
  if (last === undefined || sources.length < 2)
    throw new AppError('bad-input', 'A comparison needs at least two heap dumps, the oldest first.');
  const summaries: Summary[] = [];
  for (const [i, source] of sources.slice(0, -1).entries()) {
    const part = partOf(run, i, sources.length);
    const heap = await readHeap(source, part, 0.95);
    summaries.push(summarise(heap, await findSuspects(heap, new ObjectReader(heap, part), part)));
  }
  const part = partOf(run, sources.length - 1, sources.length);
  const heap = await readHeap(last, part, 0.95);
  const growing = diffClasses([...summaries.map(({ totals }) => totals), totalsOf(heap.graph, heap.reachable)]);
  const reader = new ObjectReader(heap, part);
  const named = growing.filter(({ name }) => isNamed(name)).slice(0, MAX_GROWING_CLASSES);
  const ids = named.flatMap(({ name }) => heap.classes.find(name) ?? []);
  const suspects = await findSuspects(heap, reader, part, new Set(ids));
  summaries.push(summarise(heap, suspects));
  const { views } = judgeSuspects(heap, suspects);
  const findings = growthFindings(
    suspects.map((suspect, i) => toGrowth(suspect, summaries, views[i]?.name)),
    summaries.map(({ reachableBytes }) => reachableBytes),
  );
  const shown = new Set(findings.map(({ view }) => view));
  const [first, final] = [summaries[0]!, summaries.at(-1)!];
  run.progress('comparing', 1);
  return {
    format: 'hprof',
    analyserVersion: 1,
    facts: [
      { name: 'dumps', value: sources.length, unit: 'count' },
      { name: 'objectsDelta', value: final.objects - first.objects, unit: 'count' },
      { name: 'reachableBytesDelta', value: final.reachableBytes - first.reachableBytes, unit: 'bytes' },
    ],
    findings,
    views: [growthView(growing, isNamed, run.limits.tableRows), ...views.filter(({ name }) => shown.has(name))],
    series: [],
    events: [],
    signatures: [],
    warnings: summaries.flatMap(({ warnings }, i) => warnings.map((text) => `dump ${i + 1}: ${text}`)),
    context: { runtime: 'JVM' },
  };
}

const isNamed = (className: string): boolean => roleOfClass(className) === 'user';

function summarise(heap: Heap, suspects: readonly Suspect[]): Summary {
  return {
    totals: totalsOf(heap.graph, heap.reachable),
    crowds: new Map(
      suspects.map(({ crowd, fingerprint }) => [
        fingerprint,
        { instances: crowd.instances, shallowBytes: 0, retainedBytes: crowd.retainedBytes },
      ]),
    ),
    objects: heap.graph.nodeCount - heap.columns.numbers.firstObject,
    reachableBytes: heap.reachableBytes,
    warnings: heap.warnings,
  };
}

function toGrowth(suspect: Suspect, summaries: readonly Summary[], view: string | undefined): Growth {
  const { crowd, className, steps, verdict, holder, fingerprint, again } = suspect;
  const byHolder = crowd.role === 'data' || again !== undefined;
  const totals = summaries.map(
    ({ crowds, totals: classes }) => (byHolder ? crowds.get(fingerprint) : classes.get(className)) ?? NOTHING,
  );
  return {
    className,
    totals,
    steady: totals.every(({ instances }, i) => i === 0 || instances > totals[i - 1]!.instances),
    named: crowd.role === 'user',
    path: steps,
    holder,
    kind: verdict.kind,
    advice: verdict.advice,
    fingerprint,
    ...(view === undefined ? {} : { view }),
  };
}

function partOf(run: Run, index: number, count: number): Run {
  return { ...run, progress: (step, done) => run.progress(`${step} (dump ${index + 1})`, (index + done) / count) };
}
