import type { Analysis } from '../../../model/analysis.ts';
import type { Analyser, ByteSource, Run } from '../../analyser.ts';
import { answer } from '../../heap/answer.ts';
import { compareHeaps } from '../../heap/compare.ts';
import { judgeSuspects } from '../../heap/suspect.ts';
import { dominatorView, histogramView } from '../../heap/views.ts';
import { isOpened } from './class-roles.ts';
import { READING } from './compare.ts';
import { describeFacts } from './facts.ts';
import { looksLikeHprof } from './header.ts';
import { buildHeap, type Heap, openDump } from './heap.ts';
import { describeCounts } from './histogram-only.ts';
import { ObjectReader } from './object-reader.ts';
import { resourcesView } from './resources.ts';
import { readRuntime } from './runtime.ts';
import { BASE, findSuspects } from './suspects.ts';
import { threadsView } from './threads.ts';
import { biggestObjects, collectionsView, duplicatesView, largestCollectionsView } from './views.ts';

/** Heap dumps of HotSpot, OpenJ9 (as HPROF), Android and the old hprof agent. */
export const hprof: Analyser = {
  format: 'hprof',
  title: 'Java heap dump (HPROF)',
  version: 3,
  detect: (head) => (looksLikeHprof(head) ? 'yes' : 'no'),
  analyse: analyseHprof,
  compare: (sources, run) => compareHeaps(hprof, READING, sources, run),
};

async function analyseHprof(source: ByteSource, run: Run): Promise<Analysis> {
  const opened = await openDump(source, run, 0.9 * 0.25);
  const { counts } = opened.index;
  if (counts !== undefined) return describeCounts(hprof, opened, counts, run);
  const heap = await buildHeap(opened, run, 0.9);
  const reader = new ObjectReader(heap, run);
  const suspects = judgeSuspects(heap, await findSuspects(heap, reader, run, openedInPlenty(heap)), BASE);
  const runtime = await readRuntime(heap, reader);
  const { capturedAtMs } = heap.header;
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
      ...(capturedAtMs > 0 && capturedAtMs < 8e15 ? { capturedAtMs } : {}),
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
