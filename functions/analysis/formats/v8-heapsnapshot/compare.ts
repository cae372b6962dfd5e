import type { Analysis } from '../../../model/analysis.ts';
import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { diffClasses, totalsOf, type ClassTotals, type HeapTotals } from '../../graph/diff.ts';
import { growthFindings, growthView, type Growth } from '../../graph/growth.ts';
import { readHeap, releaseDominated, type Heap } from './heap.ts';
import { roleOfClass } from './class-roles.ts';
import { describeCrowds, findHeapCrowds, judgeSuspects, type Suspect } from './rules/suspect.ts';

/** What is kept of a dump while the next one is read: names and sums, no graph. */
interface Summary {
  readonly totals: HeapTotals;
  /** Suspects by fingerprint: crowds of strings and arrays are known by their holder, not by their class. */
  readonly crowds: ReadonlyMap<string, ClassTotals>;
  readonly objects: number;
  readonly shallowBytes: number;
  readonly maxId: number;
  readonly warnings: readonly string[];
}

const MAX_GROWING_CLASSES = 40;

/**
 * Two or more snapshots, oldest first: what grew by class, and who holds it in the last one. One graph is in memory at a time. Throws AppError
 * `bad-input` for fewer than two.
 */
export async function compareHeapSnapshots(sources: readonly ByteSource[], run: Run): Promise<Analysis> {
  const last = sources.at(-1);
  if (last === undefined || sources.length < 2)
    throw new AppError('bad-input', 'A comparison needs at least two heap snapshots, the oldest first.');
  const summaries: Summary[] = [];
  for (const [i, source] of sources.slice(0, -1).entries()) {
    summaries.push(summarise(await readHeap(source, partOf(run, i, sources.length), 1)));
  }
  const heap = await readHeap(last, partOf(run, sources.length - 1, sources.length), 0.95);
  const { graph, histogram } = heap;
  const growing = diffClasses([...summaries.map(({ totals }) => totals), totalsOf(graph, histogram)]);
  const suspects = suspectsOf(
    heap,
    classesOf(
      heap,
      growing.map(({ name }) => name),
    ),
  );
  summaries.push(summarise(heap, suspects));
  const first = summaries[0]!;
  const final = summaries.at(-1)!;
  const { views } = judgeSuspects(heap, suspects);
  const growths = suspects.map((suspect, i) => toGrowth(heap, suspect, summaries, views[i]?.name));
  const findings = growthFindings(
    growths,
    summaries.map(({ shallowBytes }) => shallowBytes),
  );
  const shown = new Set(findings.map(({ view }) => view));
  run.progress('comparing', 1);
  return {
    format: 'v8-heapsnapshot',
    analyserVersion: 1,
    facts: [
      { name: 'dumps', value: sources.length, unit: 'count' },
      { name: 'objectsDelta', value: final.objects - first.objects, unit: 'count' },
      { name: 'shallowBytesDelta', value: final.shallowBytes - first.shallowBytes, unit: 'bytes' },
    ],
    findings,
    views: [growthView(growing, isNamed, run.limits.tableRows), ...views.filter(({ name }) => shown.has(name))],
    series: [],
    events: [],
    signatures: [],
    warnings: summaries.flatMap(({ warnings }, i) => warnings.map((text) => `dump ${i + 1}: ${text}`)),
    context: { runtime: 'V8' },
  };
}

function suspectsOf(heap: Heap, alsoClasses?: ReadonlySet<number>): Suspect[] {
  const crowds = findHeapCrowds(heap, alsoClasses);
  releaseDominated(heap);
  return describeCrowds(heap, crowds);
}

function summarise(heap: Heap, suspects = suspectsOf(heap)): Summary {
  const { graph, histogram, snapshot, shallowBytes } = heap;
  let maxId = 0;
  for (const id of snapshot.nodes.id) if (id > maxId) maxId = id;
  return {
    totals: totalsOf(graph, histogram),
    crowds: new Map(
      suspects.map(({ crowd, fingerprint }) => [
        fingerprint,
        { instances: crowd.instances, shallowBytes: 0, retainedBytes: crowd.retainedBytes },
      ]),
    ),
    objects: graph.nodeCount,
    shallowBytes,
    maxId,
    warnings: snapshot.warnings,
  };
}

const isNamed = (className: string): boolean => roleOfClass(className, false) === 'user';

/** Ids of the growing classes that the program names, at most 40. */
function classesOf({ graph }: Heap, names: readonly string[]): Set<number> {
  const wanted = new Set(names.filter(isNamed).slice(0, MAX_GROWING_CLASSES));
  const ids = new Set<number>();
  for (let id = 0; id < graph.classCount; id++) if (wanted.has(graph.className(id))) ids.add(id);
  return ids;
}

function toGrowth(heap: Heap, suspect: Suspect, summaries: readonly Summary[], view: string | undefined): Growth {
  const { crowd, className, steps, verdict, holder, fingerprint } = suspect;
  const named = crowd.role === 'user';
  const nothing: ClassTotals = { instances: 0, shallowBytes: 0, retainedBytes: 0 };
  const totals = summaries.map((summary) =>
    crowd.role === 'data' ? (summary.crowds.get(fingerprint) ?? nothing) : (summary.totals.get(className) ?? nothing),
  );
  // None at all means that the dumps are of different processes, whose ids cannot be compared.
  const born = summaries.length < 3 ? 0 : countBornBetween(heap, crowd.classId, summaries);
  return {
    className,
    totals,
    steady: totals.every(({ instances }, i) => i === 0 || instances > totals[i - 1]!.instances),
    named,
    path: steps,
    holder,
    kind: verdict.kind,
    advice: verdict.advice,
    fingerprint,
    ...(born > 0 ? { bornBetween: born } : {}),
    ...(view === undefined ? {} : { view }),
  };
}

/** V8 numbers objects as they are born: those above the first dump's highest id and not above the second's came in between. */
function countBornBetween(
  { graph, snapshot, tree }: Heap,
  classId: number,
  [first, second]: readonly Summary[],
): number {
  const { id } = snapshot.nodes;
  let count = 0;
  for (let p = 0; p < tree.reached; p++) {
    const node = tree.order[p]!;
    if (graph.classOf[node] === classId && id[node]! > first!.maxId && id[node]! <= second!.maxId) count++;
  }
  return count;
}

function partOf(run: Run, index: number, count: number): Run {
  return { ...run, progress: (step, done) => run.progress(`${step} (dump ${index + 1})`, (index + done) / count) };
}
