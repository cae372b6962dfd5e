import type { Analysis } from '../../../model/analysis.ts';
import { isAppError } from '../../../model/error.ts';
import type { TableView } from '../../../model/view.ts';
import type { Run } from '../../analyser.ts';
import { findGrowth, type HeapReading, type HeapSizes, type HeapSummary } from '../../heap/compare.ts';
import { READING } from './compare.ts';
import type { Header } from './header.ts';
import { type Heap, type OpenedDump, readHeap } from './heap.ts';
import type { DumpIndex } from './index-pass.ts';

/** What is compared of a file with many: the first, the last and one between tell growth from warming up. */
const MAX_COMPARED = 3;

/** Of a file with several dumps: what grew from its first one on, and a table of them all. */
export async function compareDumpsInside(
  { source, header, index }: OpenedDump,
  first: HeapSummary,
  run: Run,
): Promise<Pick<Analysis, 'findings' | 'views' | 'warnings'>> {
  const numbers = numbersToCompare(index);
  const reading: HeapReading<Heap, HeapSizes, number> = {
    ...READING,
    read: (number, part) => readHeap(source, part, 0.95, number),
  };
  let growth: Pick<Analysis, 'findings' | 'views'> = { findings: [], views: [] };
  let summaries: readonly HeapSummary[] = [first];
  const warnings: string[] = [];
  try {
    if (numbers.length > 1) ({ summaries, ...growth } = await findGrowth(reading, numbers.slice(1), run, [first]));
  } catch (error) {
    if (!isAppError(error) || error.code === 'aborted') throw error;
    warnings.push(`The heap dumps in the file were not compared: ${error.message}`);
  }
  for (const [i, { sizes }] of summaries.entries())
    if (i > 0) warnings.push(...sizes.warnings.map((text) => `heap dump ${numbers[i]}: ${text}`));
  const sizes = new Map(summaries.map((one, i) => [numbers[i]!, one.sizes]));
  return { findings: growth.findings, views: [dumpsView(header, index, sizes), ...growth.views], warnings };
}

/** The first dump, the last and some between; not one that the file cuts off, which would seem to have shrunk. */
function numbersToCompare({ dumps, truncatedAt }: DumpIndex): number[] {
  const whole = truncatedAt === undefined ? dumps.length : dumps.length - 1;
  const count = Math.min(whole, MAX_COMPARED);
  return Array.from({ length: count }, (_, i) => 1 + Math.round((i * (whole - 1)) / Math.max(1, count - 1)));
}

/** When each dump was taken, in milliseconds since 1970; undefined where the file does not say. */
export function capturedAtMs({ capturedAtMs: startMs }: Header, { dumps }: DumpIndex): (number | undefined)[] {
  let wraps = 0;
  return dumps.map(({ microseconds }, i) => {
    // 32 bits of microseconds are 71 minutes.
    if (i > 0 && microseconds < dumps[i - 1]!.microseconds) wraps++;
    const atMs = startMs + Math.floor((microseconds + wraps * 2 ** 32) / 1000);
    return (i > 0 && microseconds === 0) || startMs <= 0 || atMs >= 8e15 ? undefined : atMs;
  });
}

function dumpsView(header: Header, index: DumpIndex, sizes: ReadonlyMap<number, HeapSizes>): TableView {
  const times = capturedAtMs(header, index);
  return {
    kind: 'table',
    name: 'heap-dumps',
    title: 'Heap dumps in the file',
    columns: [
      { name: 'dump' },
      { name: 'capturedAt' },
      { name: 'byte' },
      { name: 'objects', unit: 'count' },
      { name: 'reachableBytes', unit: 'bytes' },
    ],
    rows: index.dumps.map(({ offset }, i) => {
      const atMs = times[i];
      const size = sizes.get(i + 1);
      return [
        i + 1,
        atMs === undefined ? null : new Date(atMs).toISOString(),
        offset,
        size?.objects ?? null,
        size?.bytes ?? null,
      ];
    }),
    note: 'Sizes of those that were compared.',
  };
}
