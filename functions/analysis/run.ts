import type { Analysis } from '../model/analysis.ts';
import { AppError } from '../model/error.ts';
import type { Analyser, ByteSource, Run } from './analyser.ts';
import { unwrap, type Member } from './bytes/unwrap.ts';
import { timeOfName } from './formats/time-of-name.ts';
import { describeBytes } from './describe-bytes.ts';
import { mergeAnalyses } from './merge-analyses.ts';
import { ANALYSERS } from './registry.ts';

/** The analyser that reads these bytes: the first `yes`, else the first `maybe`, in the order of the registry. */
export function detect(
  head: Uint8Array,
  name: string,
  analysers: readonly Analyser[] = ANALYSERS,
): Analyser | undefined {
  let maybe: Analyser | undefined;
  for (const analyser of analysers) {
    const detection = analyser.detect(head, name);
    if (detection === 'yes') return analyser;
    if (detection === 'maybe') maybe ??= analyser;
  }
  return maybe;
}

/** What a file is, without analysing it: the analyser of its first recognised member. */
export async function detectFormat(
  source: ByteSource,
  name: string,
  run: Run,
  analysers: readonly Analyser[] = ANALYSERS,
): Promise<{ analyser?: Analyser; looksLike: string }> {
  let looksLike = describeBytes(new Uint8Array(0), source.size);
  for await (const member of unwrap(source, name, run)) {
    const analyser = detect(member.head, member.name, analysers);
    looksLike = describeBytes(member.head, member.source.size);
    if (analyser) return { analyser, looksLike };
  }
  return { looksLike };
}

/**
 * Bytes in, Analysis out. An archive of several readable files gives one Analysis of them together. Throws AppError
 * `unrecognised` (with `data.looksLike` and `data.reads`) when nothing in it is read; otherwise what the analyser throws.
 */
export async function analyse(
  source: ByteSource,
  name: string,
  run: Run,
  analysers: readonly Analyser[] = ANALYSERS,
): Promise<Analysis> {
  const parts: { name: string; analysis: Analysis }[] = [];
  const passedOver: string[] = [];
  let firstUnread: Member | undefined;
  let firstFault: AppError | undefined;
  for await (const member of unwrap(source, name, run)) {
    const analyser = detect(member.head, member.name, analysers);
    if (!analyser) {
      firstUnread ??= member;
      passedOver.push(member.name);
      continue;
    }
    try {
      const named = run.context?.capturedAtMs === undefined ? timeOfName(member.name) : NaN;
      const context = Number.isNaN(named) ? run.context : { ...run.context, capturedAtMs: named };
      const analysis = await analyser.analyse(member.source, {
        ...run,
        name: member.name,
        ...(context === undefined ? {} : { context }),
      });
      const byName = analysis.context.capturedAtMs === named ? [TIME_BY_NAME] : [];
      parts.push({
        name: member.name,
        analysis: { ...analysis, warnings: [...member.warnings, ...byName, ...analysis.warnings] },
      });
    } catch (error) {
      run.signal.throwIfAborted();
      if (!(error instanceof AppError)) throw error;
      firstFault ??= error;
      passedOver.push(`${member.name} (${error.message})`);
    }
  }
  if (parts.length === 0) throw firstFault ?? unrecognised(firstUnread, source.size, analysers);
  const merged = mergeAnalyses(parts, run);
  if (passedOver.length === 0) return merged;
  const shown = passedOver.slice(0, 20).join(', ');
  const more = passedOver.length > 20 ? ` and ${passedOver.length - 20} more` : '';
  return {
    ...merged,
    warnings: [...merged.warnings, `passed over, because no analyser reads it: ${shown}${more}`.slice(0, 4000)],
  };
}

const TIME_BY_NAME = 'the sample has no time of its own: the time in the name of its file was taken';

function unrecognised(member: Member | undefined, sizeBytes: number, analysers: readonly Analyser[]): AppError {
  const looksLike = member
    ? describeBytes(member.head, member.source.size)
    : describeBytes(new Uint8Array(0), sizeBytes);
  const reads = analysers.filter(({ offered }) => offered !== false).map(({ title }) => title);
  return new AppError(
    'unrecognised',
    `Not a format that Casebook reads; it looks like ${looksLike}. What is read: ${reads.join(', ')}.`,
    {
      data: { looksLike, reads },
    },
  );
}
