import type { Analysis } from '../model/analysis.ts';
import { AppError } from '../model/error.ts';
import type { Analyser, ByteSource, Run } from './analyser.ts';
import { unwrap } from './bytes/unwrap.ts';
import { ANALYSERS } from './registry.ts';
import { detect } from './run.ts';

/**
 * Two or more pieces of evidence, oldest first -> one Analysis of what changed between them. Throws AppError `bad-input`
 * when they are of different formats, `unsupported` when their format has nothing to compare.
 */
export async function compareSources(
  given: readonly { readonly name: string; readonly source: ByteSource }[],
  run: Run,
  analysers: readonly Analyser[] = ANALYSERS,
): Promise<Analysis> {
  if (given.length < 2) throw new AppError('bad-input', 'a comparison needs two files or more, the oldest first');
  const found: { name: string; analyser: Analyser; source: ByteSource }[] = [];
  for (const { name, source } of given) found.push(await firstReadable(source, name, run, analysers));
  const [first, ...others] = found;
  const other = others.find(({ analyser }) => analyser !== first?.analyser);
  if (!first || other)
    throw new AppError(
      'bad-input',
      `${first?.name ?? ''} is ${first?.analyser.title ?? ''} and ${other?.name ?? ''} is ${other?.analyser.title ?? ''}: compare files of one format`,
    );
  if (!first.analyser.compare)
    throw new AppError(
      'unsupported',
      `two files of ${first.analyser.title} cannot be compared: send them as evidence, and the case compares them`,
    );
  return first.analyser.compare(
    found.map(({ source }) => source),
    run,
  );
}

async function firstReadable(
  source: ByteSource,
  name: string,
  run: Run,
  analysers: readonly Analyser[],
): Promise<{ name: string; analyser: Analyser; source: ByteSource }> {
  for await (const member of unwrap(source, name, run)) {
    const analyser = detect(member.head, member.name, analysers);
    if (analyser) return { name, analyser, source: member.source };
  }
  throw new AppError('unrecognised', `${name} is in no format that Casebook reads`);
}
