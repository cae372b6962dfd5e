import type { PublicEvidence } from '../../functions/model/evidence.ts';

const momentOf = ({ context, submittedAtMs }: PublicEvidence): number => context.capturedAtMs ?? submittedAtMs;

/**
 * The files that can be compared now, oldest first by when they were captured, else sent: analysed, their bytes kept, and at
 * least two of a format that compares.
 */
export function comparableFiles(evidence: readonly PublicEvidence[], formats: readonly string[]): PublicEvidence[] {
  const able = evidence.filter(
    ({ kind, state, rawDeleted, format }) =>
      kind === 'file' && state === 'analysed' && !rawDeleted && formats.includes(format ?? ''),
  );
  return able
    .filter(({ id, format }) => able.some((other) => other.format === format && other.id !== id))
    .sort((a, b) => momentOf(a) - momentOf(b) || (a.id < b.id ? -1 : 1));
}
