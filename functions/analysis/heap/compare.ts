import type { Analysis } from '../../model/analysis.ts';
import { AppError } from '../../model/error.ts';
import type { Analyser, ByteSource, Run } from '../analyser.ts';
import { type ClassTotals, diffClasses, type HeapTotals, totalsOf } from '../graph/diff.ts';
import type { ClassHistogram } from '../graph/histogram.ts';
import { answer } from './answer.ts';
import { type Growth, growthFindings, growthView } from './growth.ts';
import type { ObjectHeap } from './object-heap.ts';
import { type Suspect, wayTo } from './suspect.ts';

/** How a format reads its heaps for a comparison; each from a source of its own, or from a place in one. */
export interface HeapReading<Heap extends ObjectHeap, Sizes extends HeapSizes = HeapSizes, Source = ByteSource> {
  readonly runtime: string;
  /** What a file of it is called: `heap snapshots`. */
  readonly title: string;
  /** Name of the fact of all bytes: `shallowBytes`, compared as `shallowBytesDelta`. */
  readonly bytesFact: string;
  read(source: Source, run: Run): Promise<Heap>;
  sizesOf(heap: Heap): Sizes;
  /** What piles up, classes that `grew` (ids) however small they are, and single large objects. */
  findSuspects(heap: Heap, sizes: Sizes, run: Run, grew: ReadonlySet<number>): Promise<readonly Suspect[]>;
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

export interface HeapSummary<Sizes extends HeapSizes = HeapSizes> {
  readonly sizes: Sizes;
  readonly totals: HeapTotals;
  /** Suspects by fingerprint: crowds of strings and arrays, and single objects, are known by their holder and not by their class. */
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
  if (sources.length < 2)
    throw new AppError('bad-input', `A comparison needs at least two ${reading.title}, the oldest first.`);
  const { summaries, findings, views } = await findGrowth(reading, sources, run);
  const [first, last] = [summaries[0]!.sizes, summaries.at(-1)!.sizes];
  return answer(analyser, {
    facts: [
      { name: 'dumps', value: sources.length, unit: 'count' },
      { name: 'objectsDelta', value: last.objects - first.objects, unit: 'count' },
      { name: `${reading.bytesFact}Delta`, value: last.bytes - first.bytes, unit: 'bytes' },
    ],
    findings,
    views,
    warnings: summaries.flatMap(({ sizes: { warnings } }, i) => warnings.map((text) => `dump ${i + 1}: ${text}`)),
    context: { runtime: reading.runtime },
  });
}

/** What grew from the dumps that are `known` already through those of the sources, of which there is one at least; and all of them in short. */
export async function findGrowth<Heap extends ObjectHeap, Sizes extends HeapSizes, Source>(
  reading: HeapReading<Heap, Sizes, Source>,
  sources: readonly Source[],
  run: Run,
  known: readonly HeapSummary<Sizes>[] = [],
): Promise<Pick<Analysis, 'findings' | 'views'> & { summaries: readonly HeapSummary<Sizes>[] }> {
  const summaries = [...known];
  const partOf = (i: number): Run => ({
    ...run,
    progress: (step, done) => run.progress(`${step} (dump ${known.length + i + 1})`, (i + done) / sources.length),
  });
  const last = sources.length - 1;
  for (const [i, source] of sources.slice(0, last).entries())
    summaries.push(await summariseHeap(reading, await reading.read(source, partOf(i)), partOf(i)));
  const heap = await reading.read(sources[last]!, partOf(last));
  const sizes = reading.sizesOf(heap);
  const growing = diffClasses([...summaries.map(({ totals }) => totals), totalsOf(heap.graph, sizes.classes)]);
  const wanted = new Set(
    growing
      .map(({ name }) => name)
      .filter((name) => reading.isLookedAt?.(name) ?? reading.isNamed(name))
      .slice(0, MAX_GROWING_CLASSES),
  );
  const suspects = await reading.findSuspects(heap, sizes, partOf(last), idsOf(heap, wanted));
  summaries.push(summarise(heap, sizes, suspects));
  // Objects of one class that are held in the same way are one thing that grew.
  const things = [...Map.groupBy(suspects, ({ fingerprint }) => fingerprint).values()].map(([one]) => one!);
  const ways = things.map((suspect, i) => wayTo(heap, suspect, `growth-${i + 1}`));
  const findings = growthFindings(
    things.map((suspect, i) => toGrowth(reading, heap, suspect, summaries, ways[i]!.name)),
    summaries.map(({ sizes: { bytes } }) => bytes),
  );
  const shown = new Set(findings.map(({ view }) => view));
  run.progress('comparing', 1);
  return {
    summaries,
    findings,
    views: [
      growthView(growing, (name) => reading.isNamed(name), run.limits.tableRows),
      ...ways.filter(({ name }) => shown.has(name)),
    ],
  };
}

/** What a comparison needs of a heap. */
export async function summariseHeap<Heap extends ObjectHeap, Sizes extends HeapSizes>(
  reading: Pick<HeapReading<Heap, Sizes>, 'sizesOf' | 'findSuspects'>,
  heap: Heap,
  run: Run,
): Promise<HeapSummary<Sizes>> {
  const sizes = reading.sizesOf(heap);
  return summarise(heap, sizes, await reading.findSuspects(heap, sizes, run, new Set()));
}

function summarise<Sizes extends HeapSizes>(
  { graph }: ObjectHeap,
  sizes: Sizes,
  suspects: readonly Suspect[],
): HeapSummary<Sizes> {
  const crowds = new Map<string, ClassTotals>();
  for (const { crowd, fingerprint } of suspects) {
    const { instances, retainedBytes } = crowds.get(fingerprint) ?? NOTHING;
    crowds.set(fingerprint, {
      instances: instances + crowd.instances,
      shallowBytes: 0,
      retainedBytes: retainedBytes + crowd.retainedBytes,
    });
  }
  return { sizes, totals: totalsOf(graph, sizes.classes), crowds };
}

function idsOf({ graph }: ObjectHeap, names: ReadonlySet<string>): Set<number> {
  const ids = new Set<number>();
  for (let id = 0; id < graph.classCount; id++) if (names.has(graph.className(id))) ids.add(id);
  return ids;
}

function toGrowth<Heap extends ObjectHeap, Sizes extends HeapSizes, Source>(
  reading: HeapReading<Heap, Sizes, Source>,
  heap: Heap,
  { crowd, className, steps, verdict, holder, heldBy, fingerprint, extras }: Suspect,
  summaries: readonly HeapSummary<Sizes>[],
  view: string,
): Growth {
  const byHolder = crowd.role === 'data' || crowd.isSingle === true || extras !== undefined;
  const inLast = summaries.at(-1)!.totals.get(className) ?? NOTHING;
  const held = summaries.at(-1)!.crowds.get(fingerprint)!;
  // A file handle that has another object of its name inside is one.
  const objectsEach = byHolder ? 1 : inLast.instances / held.instances;
  const totals = summaries.map(({ crowds, totals: classes }): ClassTotals => {
    const inClass = classes.get(className) ?? NOTHING;
    if (!byHolder) return { ...inClass, instances: Math.round(inClass.instances / objectsEach) };
    // Too small there to be a suspect: then at most what the whole class grew by was added since.
    return (
      crowds.get(fingerprint) ?? {
        instances: Math.max(0, held.instances - (inLast.instances - inClass.instances)),
        shallowBytes: 0,
        retainedBytes: Math.max(0, held.retainedBytes - (inLast.retainedBytes - inClass.retainedBytes)),
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
    ...(born > 0 ? { bornBetween: Math.round(born / objectsEach) } : {}),
    view,
  };
}
