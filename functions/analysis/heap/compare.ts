import type { Analysis } from '../../model/analysis.ts';
import { AppError } from '../../model/error.ts';
import type { Analyser, ByteSource, Run } from '../analyser.ts';
import { type ClassTotals, diffClasses, type HeapTotals, totalsOf } from '../graph/diff.ts';
import type { ClassHistogram } from '../graph/histogram.ts';
import { answer } from './answer.ts';
import { type Growth, growthFindings, growthView } from './growth.ts';
import type { ObjectHeap } from './object-heap.ts';
import { judgeSuspects, type Suspect } from './suspect.ts';

/** How a format reads its heaps for a comparison. */
export interface HeapReading<Heap extends ObjectHeap, Sizes extends HeapSizes = HeapSizes> {
  readonly runtime: string;
  /** What a file of it is called: `heap snapshots`. */
  readonly title: string;
  /** Name of the fact of all bytes: `shallowBytes`, compared as `shallowBytesDelta`. */
  readonly bytesFact: string;
  read(source: ByteSource, run: Run): Promise<Heap>;
  sizesOf(heap: Heap): Sizes;
  /** `alsoClasses` (ids) are looked at however small they are. */
  findSuspects(heap: Heap, sizes: Sizes, run: Run, alsoClasses?: ReadonlySet<number>): Promise<readonly Suspect[]>;
  /** Named by the program: first in the table of what grew. */
  isNamed(className: string): boolean;
  /** Is a class that grew looked at however small it is? By default what the program has named. */
  isLookedAt?(className: string): boolean;
  /** Objects of a class that were born between the first two dumps and are alive in the last, where ids tell. */
  countBornBetween?(heap: Heap, classId: number, first: Sizes, second: Sizes): number;
}

/** What is kept of a heap when the next one is read. */
export interface HeapSizes {
  readonly objects: number;
  readonly bytes: number;
  readonly classes: ClassHistogram;
  readonly warnings: readonly string[];
}

interface Summary<Sizes> {
  readonly sizes: Sizes;
  readonly totals: HeapTotals;
  /** Suspects by fingerprint: crowds of strings and arrays are known by their holder, not by their class. */
  readonly crowds: ReadonlyMap<string, ClassTotals>;
}

const MAX_GROWING_CLASSES = 40;
const NOTHING: ClassTotals = { instances: 0, shallowBytes: 0, retainedBytes: 0 };

/**
 * Two or more dumps of one format, oldest first: what grew by class, and who holds it in the last one. One graph is in memory at a
 * time. Throws AppError `bad-input` for fewer than two.
 */
export async function compareHeaps<Heap extends ObjectHeap, Sizes extends HeapSizes>(
  analyser: Pick<Analyser, 'format' | 'version'>,
  reading: HeapReading<Heap, Sizes>,
  sources: readonly ByteSource[],
  run: Run,
): Promise<Analysis> {
  const last = sources.at(-1);
  if (last === undefined || sources.length < 2)
    throw new AppError('bad-input', `A comparison needs at least two ${reading.title}, the oldest first.`);
  const summaries: Summary<Sizes>[] = [];
  for (const [i, source] of sources.slice(0, -1).entries()) {
    const part = partOf(run, i, sources.length);
    const heap = await reading.read(source, part);
    const sizes = reading.sizesOf(heap);
    summaries.push(summarise(heap, sizes, await reading.findSuspects(heap, sizes, part)));
  }
  const part = partOf(run, sources.length - 1, sources.length);
  const heap = await reading.read(last, part);
  const sizes = reading.sizesOf(heap);
  const growing = diffClasses([...summaries.map(({ totals }) => totals), totalsOf(heap.graph, sizes.classes)]);
  const wanted = new Set(
    growing
      .map(({ name }) => name)
      .filter((name) => reading.isLookedAt?.(name) ?? reading.isNamed(name))
      .slice(0, MAX_GROWING_CLASSES),
  );
  const suspects = await reading.findSuspects(heap, sizes, part, idsOf(heap, wanted));
  summaries.push(summarise(heap, sizes, suspects));
  const { views } = judgeSuspects(heap, suspects, '');
  const findings = growthFindings(
    suspects.map((suspect, i) => toGrowth(reading, heap, suspect, summaries, views[i]!.name)),
    summaries.map(({ sizes: { bytes } }) => bytes),
  );
  const shown = new Set(findings.map(({ view }) => view));
  const [first, final] = [summaries[0]!.sizes, summaries.at(-1)!.sizes];
  run.progress('comparing', 1);
  return answer(analyser, {
    facts: [
      { name: 'dumps', value: sources.length, unit: 'count' },
      { name: 'objectsDelta', value: final.objects - first.objects, unit: 'count' },
      { name: `${reading.bytesFact}Delta`, value: final.bytes - first.bytes, unit: 'bytes' },
    ],
    findings,
    views: [
      growthView(growing, (name) => reading.isNamed(name), run.limits.tableRows),
      ...views.filter(({ name }) => shown.has(name)),
    ],
    warnings: summaries.flatMap(({ sizes: { warnings } }, i) => warnings.map((text) => `dump ${i + 1}: ${text}`)),
    context: { runtime: reading.runtime },
  });
}

function summarise<Sizes extends HeapSizes>(
  { graph }: ObjectHeap,
  sizes: Sizes,
  suspects: readonly Suspect[],
): Summary<Sizes> {
  return {
    sizes,
    totals: totalsOf(graph, sizes.classes),
    crowds: new Map(
      suspects.map(({ crowd: { instances, retainedBytes }, fingerprint }) => [
        fingerprint,
        { instances, shallowBytes: 0, retainedBytes },
      ]),
    ),
  };
}

function idsOf({ graph }: ObjectHeap, names: ReadonlySet<string>): Set<number> {
  const ids = new Set<number>();
  for (let id = 0; id < graph.classCount; id++) if (names.has(graph.className(id))) ids.add(id);
  return ids;
}

function toGrowth<Heap extends ObjectHeap, Sizes extends HeapSizes>(
  reading: HeapReading<Heap, Sizes>,
  heap: Heap,
  { crowd, className, steps, verdict, holder, heldBy, fingerprint, extras }: Suspect,
  summaries: readonly Summary<Sizes>[],
  view: string,
): Growth {
  const byHolder = crowd.role === 'data' || extras !== undefined;
  const inLast = summaries.at(-1)!.totals.get(className) ?? NOTHING;
  const totals = summaries.map(({ crowds, totals: classes }) => {
    const inClass = classes.get(className) ?? NOTHING;
    if (!byHolder) return inClass;
    // Too small there to be a suspect: then at most what the whole class grew by was added since.
    return (
      crowds.get(fingerprint) ?? {
        instances: Math.max(0, crowd.instances - (inLast.instances - inClass.instances)),
        shallowBytes: 0,
        retainedBytes: Math.max(0, crowd.retainedBytes - (inLast.retainedBytes - inClass.retainedBytes)),
      }
    );
  });
  // None at all means that the dumps are of different processes, whose ids cannot be compared.
  const born =
    summaries.length < 3
      ? 0
      : (reading.countBornBetween?.(heap, crowd.classId, summaries[0]!.sizes, summaries[1]!.sizes) ?? 0);
  return {
    className,
    totals,
    named: crowd.role === 'user',
    path: steps,
    holder,
    heldBy,
    kind: verdict.kind,
    advice: verdict.advice,
    fingerprint,
    ...(born > 0 ? { bornBetween: born } : {}),
    view,
  };
}

function partOf(run: Run, index: number, count: number): Run {
  return { ...run, progress: (step, done) => run.progress(`${step} (dump ${index + 1})`, (index + done) / count) };
}
