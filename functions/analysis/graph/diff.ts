import type { ClassHistogram } from './histogram.ts';
import type { ObjectGraph } from './object-graph.ts';

/** Sums of one class by its name: what remains of a dump when the next one is read. */
export interface ClassTotals {
  readonly instances: number;
  readonly shallowBytes: number;
  readonly retainedBytes: number;
}

/** The classes of one dump, by name. */
export type HeapTotals = ReadonlyMap<string, ClassTotals>;

export function totalsOf(graph: ObjectGraph, histogram: ClassHistogram): HeapTotals {
  const totals = new Map<string, ClassTotals>();
  for (let id = 0; id < graph.classCount; id++) {
    if (histogram.instances[id] === 0) continue;
    const name = graph.className(id);
    // Two classes of one name (class loaders) are one row.
    const known = totals.get(name) ?? NOTHING;
    totals.set(name, {
      instances: known.instances + histogram.instances[id]!,
      shallowBytes: known.shallowBytes + histogram.shallowBytes[id]!,
      retainedBytes: known.retainedBytes + histogram.retainedBytes[id]!,
    });
  }
  return totals;
}

export interface ClassGrowth {
  readonly name: string;
  /** One entry a dump, in their order. */
  readonly totals: readonly ClassTotals[];
  readonly instancesDelta: number;
  readonly shallowBytesDelta: number;
  readonly retainedBytesDelta: number;
}

const NOTHING: ClassTotals = { instances: 0, shallowBytes: 0, retainedBytes: 0 };

/** Every class of the first or the last dump that changed, largest growth of retained bytes first. */
export function diffClasses(dumps: readonly HeapTotals[]): ClassGrowth[] {
  const names = new Set(dumps.flatMap((totals) => [...totals.keys()]));
  const growth: ClassGrowth[] = [];
  for (const name of names) {
    const totals = dumps.map((dump) => dump.get(name) ?? NOTHING);
    const [first, last] = [totals[0] ?? NOTHING, totals.at(-1) ?? NOTHING];
    const delta = {
      instancesDelta: last.instances - first.instances,
      shallowBytesDelta: last.shallowBytes - first.shallowBytes,
      retainedBytesDelta: last.retainedBytes - first.retainedBytes,
    };
    if (delta.instancesDelta === 0 && delta.shallowBytesDelta === 0 && delta.retainedBytesDelta === 0) continue;
    growth.push({ name, totals, ...delta });
  }
  return growth.sort((a, b) => b.retainedBytesDelta - a.retainedBytesDelta || (a.name < b.name ? -1 : 1));
}

export type Measure = 'instances' | 'retainedBytes';

/** More in each dump than in the one before it? */
export function growsSteadily(totals: readonly ClassTotals[], measure: Measure): boolean {
  return totals.every((total, i) => i === 0 || total[measure] > totals[i - 1]![measure]);
}
