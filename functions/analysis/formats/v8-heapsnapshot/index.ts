import type { Analysis } from '../../../model/analysis.ts';
import { isAppError } from '../../../model/error.ts';
import type { Analyser, ByteSource, Detection, Run } from '../../analyser.ts';
import { compareHeapSnapshots } from './compare.ts';
import { describeFacts } from './facts.ts';
import { analyseHistogramOnly } from './histogram-only.ts';
import { readHeap, releaseDominated, type Heap } from './heap.ts';
import { describeCrowds, findHeapCrowds, judgeSuspects } from './rules/suspect.ts';
import { drawHeap } from './views.ts';
import { dominatorView } from './views/heap-views.ts';
import { findDuplicateStrings, judgeDuplicateStrings } from './views/duplicate-strings.ts';
import { programBytes } from './program-bytes.ts';

/** V8 heap snapshots and allocation timelines: Node 12 to 26, Chrome, and whatever else writes `snapshot.meta` first. */
export const v8HeapSnapshot: Analyser = {
  format: 'v8-heapsnapshot',
  title: 'V8 heap snapshot (.heapsnapshot, .heaptimeline)',
  version: 1,
  detect: detectHeapSnapshot,
  analyse: analyseHeapSnapshot,
  compare: compareHeapSnapshots,
};

function detectHeapSnapshot(head: Uint8Array): Detection {
  const text = new TextDecoder().decode(head.subarray(0, 4096));
  if (!/^\uFEFF?\s*\{\s*"snapshot"\s*:\s*\{/.test(text)) return 'no';
  return text.includes('"node_fields"') ? 'yes' : 'maybe';
}

async function analyseHeapSnapshot(source: ByteSource, run: Run): Promise<Analysis> {
  try {
    return describeHeap(await readHeap(source, run, 0.9), run);
  } catch (error) {
    // Refused by its header, before anything of it was in memory.
    if (isAppError(error) && error.code === 'too-large') return analyseHistogramOnly(source, run, error.message);
    throw error;
  }
}

function describeHeap(heap: Heap, run: Run): Analysis {
  const { snapshot } = heap;
  // What needs the dominator tree downwards comes first: the searches after it use the same columns.
  const dominators = dominatorView(heap, run.limits);
  const crowds = findHeapCrowds(heap);
  releaseDominated(heap);
  const suspects = judgeSuspects(heap, describeCrowds(heap, crowds));
  const duplicates = findDuplicateStrings(heap);
  return {
    format: v8HeapSnapshot.format,
    analyserVersion: v8HeapSnapshot.version,
    facts: describeFacts(heap),
    findings: [...suspects.findings, ...judgeDuplicateStrings(duplicates, programBytes(heap))],
    views: [...drawHeap(heap, dominators, duplicates, run.limits), ...suspects.views],
    series: [],
    events: [],
    signatures: [],
    warnings: [...snapshot.warnings],
    context: { runtime: 'V8' },
  };
}
