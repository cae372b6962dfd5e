import type { Analysis } from '../../model/analysis.ts';
import type { Analyser, Limits } from '../analyser.ts';
import { answer } from './answer.ts';
import { CLASS_COLUMNS } from './views.ts';

/** Instances and own bytes of each class, from one pass with no state for each object. */
export interface Counted {
  readonly facts: Analysis['facts'];
  readonly classes: ReadonlyMap<string, { readonly instances: number; readonly shallowBytes: number }>;
  /** Why the graph was not read. */
  readonly why: string;
  readonly warnings: readonly string[];
  readonly runtime: string;
}

/** For dumps that do not fit the memory: no retained sizes, no dominators, no suspects, and the first warning says so. */
export function describeCounted(
  analyser: Pick<Analyser, 'format' | 'version'>,
  { facts, classes, why, warnings, runtime }: Counted,
  limits: Limits,
): Analysis {
  const rows = [...classes].sort(([, a], [, b]) => b.shallowBytes - a.shallowBytes).slice(0, limits.tableRows);
  return answer(analyser, {
    facts,
    findings: [],
    views: [
      {
        kind: 'table',
        name: 'histogram',
        title: 'Classes',
        columns: [...CLASS_COLUMNS],
        rows: rows.map(([name, { instances, shallowBytes }]) => [name, instances, shallowBytes, null]),
        note: 'Own bytes only: retained sizes need the whole graph in memory.',
      },
    ],
    warnings: [
      `histogram only: ${why} So classes were counted only: no retained sizes, paths or suspects.`,
      ...warnings,
    ],
    context: { runtime },
  });
}
