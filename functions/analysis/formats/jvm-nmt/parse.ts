import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { eachLine } from '../../bytes/lines.ts';
import { decodeText } from '../../bytes/text-pool.ts';
import type { SampleSet } from '../../series/sample-set.ts';
import { Rounds } from '../rounds.ts';
import { splitTime } from '../time-line.ts';

/** One category of the last report. Differences are those of `summary.diff` against the baseline. */
export interface NmtCategory {
  readonly name: string;
  readonly reservedBytes: number;
  readonly committedBytes: number;
  readonly reservedDiffBytes: number | null;
  readonly committedDiffBytes: number | null;
}

export interface NmtSamples {
  readonly samples: SampleSet;
  readonly last: readonly NmtCategory[];
  readonly reports: number;
  readonly pid: string | undefined;
}

const SCALES: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
const PAIR =
  /^(?:Total: |-\s{1,40}(\S(?:.{0,60}\S)?) \()reserved=(\d{1,15})(B|KB|MB|GB)?(?: ([+-]\d{1,15})(B|KB|MB|GB)?)?, committed=(\d{1,15})(B|KB|MB|GB)?(?: ([+-]\d{1,15})(B|KB|MB|GB)?)?(?:, .{0,200})?\)?(?: +<-.{0,200})?$/;

/**
 * `jcmd PID VM.native_memory summary`, `detail` and `summary.diff`, in any scale, once or again and again with times:
 * `nmt_reserved_bytes` and `nmt_committed_bytes` by category, and the totals (category `Total`).
 * https://docs.oracle.com/en/java/javase/17/vm/native-memory-tracking.html
 */
export async function parseNativeMemory(source: ByteSource, run: Run): Promise<NmtSamples> {
  const rounds = new Rounds(run);
  let last: NmtCategory[] = [];
  let pid: string | undefined;
  const said = { disabled: false };
  /** What a line begins with, as logs write it; a whole report is of the moment of its total. */
  let lineMs = NaN;
  await eachLine(source, run, { maxLineBytes: 4096 }, (bytes, start, end) => {
    // In a detailed report nearly all lines are stacks and parts in brackets.
    let at = start;
    while (at < end && bytes[at] === 0x20) at++;
    if (at === end || bytes[at] === 0x28 || (bytes[at] === 0x5b && bytes[at + 1] === 0x30)) return undefined;
    const text = decodeText(bytes, start, end).trim();
    const { timeMs, rest } = splitTime(text);
    if (!Number.isNaN(timeMs)) lineMs = timeMs;
    const found = PAIR.exec(rest);
    if (found === null) {
      if (rounds.takeTime(text)) lineMs = NaN;
      else if (/^\d{1,10}:$/.test(rest)) pid = rest.slice(0, -1);
      else if (/native memory tracking is not enabled/i.test(rest)) said.disabled = true;
      return undefined;
    }
    const [
      ,
      name = 'Total',
      reserved,
      reservedUnit,
      reservedDiff,
      reservedDiffUnit,
      committed,
      committedUnit,
      committedDiff,
      committedDiffUnit,
    ] = found;
    const category: NmtCategory = {
      name: name.trim(),
      reservedBytes: sizeOf(reserved, reservedUnit) ?? 0,
      committedBytes: sizeOf(committed, committedUnit) ?? 0,
      reservedDiffBytes: sizeOf(reservedDiff, reservedDiffUnit) ?? null,
      committedDiffBytes: sizeOf(committedDiff, committedDiffUnit) ?? null,
    };
    if (category.name === 'Total') {
      last = [];
      if (!Number.isNaN(lineMs)) rounds.at(lineMs);
      lineMs = NaN;
    }
    if (last.length < 500) last.push(category);
    const labels = { ...(pid === undefined ? {} : { pid }), category: category.name };
    rounds.add('nmt_reserved_bytes', labels, category.reservedBytes, { unit: 'bytes', kind: 'gauge' });
    rounds.add('nmt_committed_bytes', labels, category.committedBytes, { unit: 'bytes', kind: 'gauge' });
    return undefined;
  });
  const samples = rounds.finish();
  if (samples.series.length === 0) {
    throw new AppError(
      'bad-input',
      said.disabled
        ? 'native memory tracking is not enabled in that JVM: start it with -XX:NativeMemoryTracking=summary and ask again'
        : 'there is no "Total: reserved=..., committed=..." line; send what `jcmd PID VM.native_memory summary` prints',
    );
  }
  return { samples, last, reports: rounds.count, pid };
}

function sizeOf(digits: string | undefined, unit: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits) * (SCALES[unit ?? ''] ?? 1);
}
