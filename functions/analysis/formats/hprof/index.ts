import type { Analysis } from '../../../model/analysis.ts';
import type { Analyser, ByteSource, Run } from '../../analyser.ts';
import { answer } from '../../heap/answer.ts';
import { compareHeaps, type HeapSummary, summariseHeap } from '../../heap/compare.ts';
import { judgeSuspects } from '../../heap/suspect.ts';
import { dominatorView, histogramView } from '../../heap/views.ts';
import { isOpened } from './class-roles.ts';
import { READING } from './compare.ts';
import { describeFacts } from './facts.ts';
import { looksLikeHprof } from './header.ts';
import { buildHeap, type Heap, openDump, type OpenedDump } from './heap.ts';
import { describeCounts } from './histogram-only.ts';
import { ObjectReader } from './object-reader.ts';
import { capturedAtMs, compareDumpsInside } from './several-dumps.ts';
import { resourcesView } from './resources.ts';
import { readRuntime } from './runtime.ts';
import { BASE, findSuspects } from './suspects.ts';
import { threadsView } from './threads.ts';
import { biggestObjects, collectionsView, duplicatesView, largestCollectionsView } from './views.ts';

/** Heap dumps of HotSpot, OpenJ9 (as HPROF), Android and the old hprof agent. */
export const hprof: Analyser = {
  format: 'hprof',
  title: 'Java heap dump (HPROF)',
  version: 5,
  detect: (head) => (looksLikeHprof(head) ? 'yes' : 'no'),
  analyse: analyseHprof,
  compare: (sources, run) => compareHeaps(hprof, READING, sources, run),
};

async function analyseHprof(source: ByteSource, run: Run): Promise<Analysis> {
  const opened = await openDump(source, run, 0.9 * 0.25);
  const { index } = opened;
  if (index.counts !== undefined) return describeCounts(hprof, opened, index.counts, run);
  if (index.dumps.length === 1) return describeHeap(await buildHeap(opened, run, 0.9), run);
  const [analysis, summary] = await describeFirst(opened, run);
  const growth = await compareDumpsInside(opened, summary, partOf(run, 0.5, 1));
  return {
    ...analysis,
    findings: [...growth.findings, ...analysis.findings],
    views: [...analysis.views, ...growth.views],
    warnings: [...analysis.warnings, ...growth.warnings],
  };
}

/** A function of its own, so that the first heap is not in memory any more when the next one is read. */
async function describeFirst(opened: OpenedDump, run: Run): Promise<readonly [Analysis, HeapSummary]> {
  const part = partOf(run, 0, 0.5);
  const heap = await buildHeap(opened, part, 0.9);
  return [await describeHeap(heap, part), await summariseHeap(READING, heap, part)];
}

const partOf = (run: Run, from: number, to: number): Run => ({
  ...run,
  progress: (step, done) => run.progress(step, from + (to - from) * done),
});

async function describeHeap(heap: Heap, run: Run): Promise<Analysis> {
  const reader = new ObjectReader(heap, run);
  const suspects = judgeSuspects(heap, await findSuspects(heap, reader, run, openedInPlenty(heap)), BASE);
  const runtime = await readRuntime(heap, reader);
  const [atMs] = capturedAtMs(heap.header, heap.index);
  return answer(hprof, {
    facts: describeFacts(heap, runtime),
    findings: suspects.findings,
    views: [
      histogramView(heap, run.limits),
      await biggestObjects(heap, reader),
      dominatorView(heap, run.limits),
      await threadsView(heap, reader),
      await duplicatesView(heap, reader),
      collectionsView(heap),
      largestCollectionsView(heap),
      resourcesView(heap),
      ...suspects.views,
    ],
    warnings: [...heap.warnings],
    context: {
      runtime: 'JVM',
      ...(runtime.version === undefined ? {} : { runtimeVersion: runtime.version }),
      ...(atMs === undefined ? {} : { capturedAtMs: atMs }),
    },
  });
}

const PLENTY = 200;

/** Name ids of what the operating system holds open in numbers that its limits (often 1,024 a process) make a matter of life and death, however small they are in the heap. */
function openedInPlenty({ graph, histogram }: Heap): Set<number> {
  const ids = new Set<number>();
  for (let id = 0; id < graph.classCount; id++)
    if (histogram.instances[id]! >= PLENTY && isOpened(graph.className(id))) ids.add(id);
  return ids;
}
