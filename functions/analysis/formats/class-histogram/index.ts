import type { Analysis, Fact } from '../../../model/analysis.ts';
import type { Analyser, ByteSource, Detection, Run } from '../../analyser.ts';
import { answer } from '../../heap/answer.ts';
import { compareHistograms, compareTotals, totalsOf } from './compare.ts';
import { inferColumns } from './columns-by-numbers.ts';
import { readCsvHeader } from './csv-layout.ts';
import { isMarkup, rowsOfMarkup } from './markup-rows.ts';
import { columnsOf, type Histogram, NUMBERED, parseHistograms, TITLE, UNNUMBERED, withoutPrefix } from './parse.ts';
import { histogramView } from './views.ts';

/** Counts by class, without objects: small, private, and enough to see what grows. */
export const classHistogram: Analyser = {
  format: 'class-histogram',
  title: 'Java class histogram (jmap -histo, jcmd GC.class_histogram, exports of MAT, YourKit, JProfiler, VisualVM)',
  version: 4,
  detect: detectHistogram,
  analyse: analyseHistogram,
  compare: (sources, run) => compareHistograms(classHistogram, sources, run),
};

const MIN_ROWS = 3;
/** A class as the JVM writes it: an array, a name with a package, or one of the JVM's own in angle brackets. */
const JVM_CLASS = /^(\[+([BCDFIJSZ]|L[^;\s]+;)|<\w+>|[\w$]+(\.[\w$]+)+([\w$./+]*))(\s|$)/;

function detectHistogram(head: Uint8Array): Detection {
  const text = new TextDecoder().decode(head);
  if (isMarkup(text)) {
    const rows = rowsOfMarkup(text);
    return rows.some((row) => readCsvHeader(row) !== undefined) || columnsOf(rows) !== undefined ? 'yes' : 'no';
  }
  const whole = text.split('\n');
  const lines = whole.slice(0, 400).map(withoutPrefix);
  if (lines.some((line) => TITLE.test(line))) {
    // A log with a histogram in it is first of all a log.
    return lines.slice(0, 5).some((line) => TITLE.test(line)) ? 'yes' : 'maybe';
  }
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (readCsvHeader(first) !== undefined) return 'yes';
  if (inferColumns(whole) !== undefined) return 'maybe';
  const filled = lines.filter((line) => line.trim() !== '');
  const numbered = filled.filter((line) => JVM_CLASS.test(NUMBERED.exec(line)?.[4] ?? '')).length;
  if (numbered >= MIN_ROWS && numbered > 0.6 * filled.length) return 'yes';
  const plain = filled.filter((line) => JVM_CLASS.test(UNNUMBERED.exec(line)?.[3] ?? '')).length;
  return plain >= MIN_ROWS && plain > 0.8 * filled.length ? 'maybe' : 'no';
}

async function analyseHistogram(source: ByteSource, run: Run): Promise<Analysis> {
  const { histograms, tool, warnings } = await parseHistograms(source, run);
  const last = histograms.at(-1)!;
  const growth = histograms.length > 1 ? compareTotals(histograms.map(totalsOf), run.limits.tableRows) : undefined;
  return answer(classHistogram, {
    facts: describeFacts(last, histograms.length, tool),
    findings: growth?.findings ?? [],
    views: [histogramView(last, run.limits), ...(growth?.views ?? [])],
    warnings: [...warnings],
    context: { runtime: 'JVM' },
  });
}

function describeFacts({ classes }: Histogram, histograms: number, tool: string): Fact[] {
  let objects = 0;
  let shallowBytes = 0;
  for (const row of classes.values()) {
    objects += row.instances;
    shallowBytes += row.shallowBytes;
  }
  return [
    { name: 'objects', value: objects, unit: 'count' },
    { name: 'shallowBytes', value: shallowBytes, unit: 'bytes' },
    { name: 'classes', value: classes.size, unit: 'count' },
    { name: 'histograms', value: histograms, unit: 'count' },
    { name: 'tool', value: tool },
  ];
}
