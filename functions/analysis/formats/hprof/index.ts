import type { Analysis } from '../../../model/analysis.ts';
import type { Analyser, ByteSource, Run } from '../../analyser.ts';
import { describeFacts } from './facts.ts';
import { looksLikeHprof } from './header.ts';
import { readHeap } from './heap.ts';
import { ObjectReader } from './object-reader.ts';
import { findSuspects } from './rules/suspect.ts';
import { biggestView, dominatorView, histogramView } from './views.ts';

/** Heap dumps of HotSpot, OpenJ9 (as HPROF), Android and the old hprof agent. */
export const hprof: Analyser = {
  format: 'hprof',
  title: 'Java heap dump (HPROF)',
  version: 1,
  detect: (head) => (looksLikeHprof(head) ? 'yes' : 'no'),
  analyse: analyseHprof,
};

async function analyseHprof(source: ByteSource, run: Run): Promise<Analysis> {
  const heap = await readHeap(source, run, 0.9);
  const reader = new ObjectReader(heap, run);
  const suspects = await findSuspects(heap, reader, run);
  const { capturedAtMs } = heap.header;
  return {
    format: hprof.format,
    analyserVersion: hprof.version,
    facts: describeFacts(heap),
    findings: suspects.findings,
    views: [histogramView(heap, run.limits), biggestView(heap), dominatorView(heap, run.limits), ...suspects.views],
    series: [],
    events: [],
    signatures: [],
    warnings: [...heap.warnings],
    context: { runtime: 'JVM', ...(capturedAtMs > 0 && capturedAtMs < 8e15 ? { capturedAtMs } : {}) },
  };
}
