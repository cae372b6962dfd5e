import type { Analysis } from '../../../model/analysis.ts';
import { AppError } from '../../../model/error.ts';
import type { Analyser, ByteSource, Run } from '../../analyser.ts';
import { diffClasses, type HeapTotals } from '../../graph/diff.ts';
import { answer } from '../../heap/answer.ts';
import { growthFindings, growthView } from '../../heap/growth.ts';
import { roleOfClass } from '../hprof/class-roles.ts';
import { type Histogram, parseHistograms } from './parse.ts';

/**
 * Two or more histograms, oldest first (each file's last one counts): what grew by class. Bytes are those of the objects themselves where the tool does
 * not say what they retain; who holds them, a histogram cannot tell. Throws AppError `bad-input` for fewer than two.
 */
export async function compareHistograms(
  analyser: Pick<Analyser, 'format' | 'version'>,
  sources: readonly ByteSource[],
  run: Run,
): Promise<Analysis> {
  if (sources.length < 2)
    throw new AppError('bad-input', 'A comparison needs at least two class histograms, the oldest first.');
  const dumps: HeapTotals[] = [];
  const warnings: string[] = [];
  for (const [i, source] of sources.entries()) {
    const parsed = await parseHistograms(source, run);
    dumps.push(totalsOf(parsed.histograms.at(-1)!));
    warnings.push(...parsed.warnings.map((text) => `histogram ${i + 1}: ${text}`));
  }
  return answer(analyser, {
    facts: [{ name: 'dumps', value: sources.length, unit: 'count' }],
    ...compareTotals(dumps, run.limits.tableRows),
    warnings,
    context: { runtime: 'JVM' },
  });
}

/** The findings and the table of growth, of histograms from several files or from one. */
export function compareTotals(dumps: readonly HeapTotals[], tableRows: number): Pick<Analysis, 'findings' | 'views'> {
  const growing = diffClasses(dumps);
  const growths = growing
    .filter(({ name }) => isNamed(name))
    .map(({ name, totals }) => ({
      className: name,
      totals,
      named: true,
      path: [],
      kind: 'unknown',
      advice: 'Take a heap dump (jcmd PID GC.heap_dump FILE.hprof) and send it: it names who holds these objects.',
      fingerprint: `heap/growth|${name}`.slice(0, 300),
    }));
  const heapBytes = dumps.map((dump) => [...dump.values()].reduce((sum, { shallowBytes }) => sum + shallowBytes, 0));
  return { findings: growthFindings(growths, heapBytes), views: [growthView(growing, isNamed, tableRows)] };
}

const isNamed = (className: string): boolean => roleOfClass(className) === 'user';

/** What is not known to be retained counts as the objects' own bytes. */
export function totalsOf({ classes }: Histogram): HeapTotals {
  return new Map(
    [...classes.values()].map(({ name, instances, shallowBytes, retainedBytes }) => [
      name,
      { instances, shallowBytes, retainedBytes: retainedBytes ?? shallowBytes },
    ]),
  );
}
