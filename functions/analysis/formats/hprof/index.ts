import type { Analysis } from '../../../model/analysis.ts';
import type { Analyser, ByteSource, Run } from '../../analyser.ts';
import { compareHeapDumps } from './compare.ts';
import { describeFacts } from './facts.ts';
import { looksLikeHprof } from './header.ts';
import { buildHeap, openDump } from './heap.ts';
import { describeCounts } from './histogram-only.ts';
import { ObjectReader } from './object-reader.ts';
import { findSuspects, judgeSuspects } from './rules/suspect.ts';
import { readRuntime } from './runtime.ts';
import { threadsView } from './threads.ts';
import {
  biggestView,
  collectionsView,
  dominatorView,
  duplicatesView,
  histogramView,
  largestCollectionsView,
} from './views.ts';

/** Heap dumps of HotSpot, OpenJ9 (as HPROF), Android and the old hprof agent. */
export const hprof: Analyser = {
  format: 'hprof',
  title: 'Java heap dump (HPROF)',
  version: 1,
  detect: (head) => (looksLikeHprof(head) ? 'yes' : 'no'),
  analyse: analyseHprof,
  compare: compareHeapDumps,
};

async function analyseHprof(source: ByteSource, run: Run): Promise<Analysis> {
  const opened = await openDump(source, run, 0.9 * 0.25);
  const { counts } = opened.index;
  if (counts !== undefined) return describeCounts(opened, counts, run);
  const heap = await buildHeap(opened, run, 0.9);
  const reader = new ObjectReader(heap, run);
  const suspects = judgeSuspects(heap, await findSuspects(heap, reader, run));
  const runtime = await readRuntime(heap, reader);
  const { capturedAtMs } = heap.header;
  return {
    format: hprof.format,
    analyserVersion: hprof.version,
    facts: describeFacts(heap, runtime),
    findings: suspects.findings,
    views: [
      histogramView(heap, run.limits),
      await biggestView(heap, reader),
      dominatorView(heap, run.limits),
      await threadsView(heap, reader),
      await duplicatesView(heap, reader),
      collectionsView(heap),
      largestCollectionsView(heap),
      ...suspects.views,
    ],
    series: [],
    events: [],
    signatures: [],
    warnings: [...heap.warnings],
    context: {
      runtime: 'JVM',
      ...(runtime.version === undefined ? {} : { runtimeVersion: runtime.version }),
      ...(capturedAtMs > 0 && capturedAtMs < 8e15 ? { capturedAtMs } : {}),
    },
  };
}
