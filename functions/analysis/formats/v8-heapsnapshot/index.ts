import type { Analysis } from '../../../model/analysis.ts';
import { isAppError } from '../../../model/error.ts';
import type { Analyser, ByteSource, Detection, Run } from '../../analyser.ts';
import { answer } from '../../heap/answer.ts';
import { compareHeaps } from '../../heap/compare.ts';
import { judgeSuspects } from '../../heap/suspect.ts';
import { dominatorView } from '../../heap/views.ts';
import { READING } from './compare.ts';
import { describeFacts } from './facts.ts';
import { analyseHistogramOnly } from './histogram-only.ts';
import { type UnsummedHeap, readHeap, withSums } from './heap.ts';
import { findSuspects, BASE } from './suspects.ts';
import { drawHeap, drawObjects } from './views.ts';
import { findDuplicateStrings, judgeDuplicateStrings } from './views/duplicate-strings.ts';

/** V8 heap snapshots and allocation timelines: Node 12 to 26, Chrome, and whatever else writes `snapshot.meta` first. */
export const v8HeapSnapshot: Analyser = {
  format: 'v8-heapsnapshot',
  title: 'V8 heap snapshot (.heapsnapshot, .heaptimeline)',
  version: 5,
  detect: detectHeapSnapshot,
  analyse: analyseHeapSnapshot,
  compare: (sources, run) => compareHeaps(v8HeapSnapshot, READING, sources, run),
};

function detectHeapSnapshot(head: Uint8Array): Detection {
  const text = new TextDecoder().decode(head.subarray(0, 4096));
  if (!/^\uFEFF?\s*\{\s*"snapshot"\s*:\s*\{/.test(text)) return 'no';
  return text.includes('"node_fields"') ? 'yes' : 'maybe';
}

async function analyseHeapSnapshot(source: ByteSource, run: Run): Promise<Analysis> {
  try {
    return await describeHeap(await readHeap(source, run, 0.9), run);
  } catch (error) {
    // Refused by its header, before anything of it was in memory.
    if (isAppError(error) && error.code === 'too-large')
      return analyseHistogramOnly(v8HeapSnapshot, source, run, error.message);
    throw error;
  }
}

async function describeHeap(reading: UnsummedHeap, run: Run): Promise<Analysis> {
  const { inTurns } = reading;
  const duplicates = findDuplicateStrings(reading);
  // Awaited below; until then its failure is nobody's.
  duplicates.catch(() => undefined);
  const dominators = dominatorView(reading, run.limits);
  const objects = await inTurns(drawObjects(reading));
  const heap = await withSums(reading);
  const suspects = judgeSuspects(heap, await findSuspects(heap), BASE);
  const texts = await duplicates;
  return answer(v8HeapSnapshot, {
    facts: describeFacts(heap),
    findings: [...suspects.findings, ...judgeDuplicateStrings(texts, heap.census.programBytes)],
    views: [...drawHeap(heap, dominators, { ...objects, duplicates: texts.view }, run.limits), ...suspects.views],
    warnings: [...heap.snapshot.warnings],
    context: { runtime: 'V8' },
  });
}
