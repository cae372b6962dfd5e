import { AppError } from '../model/error.ts';
import type { Evidence } from '../model/evidence.ts';
import { compareEvidence, COMPARING } from './compare-evidence.ts';
import type { Deps } from './deps.ts';
import { addressSubject, countInWindow } from './limits.ts';
import { openEvidenceReceipt } from './receipts.ts';

export interface OwnReceipt {
  readonly id: string;
  readonly secret: string | undefined;
}

/**
 * What its submitter sent, compared: who holds the receipt of each file may ask. Counts as a submission. The result is on a public page, so files
 * that wait for a maintainer, or were hidden, are not compared. Throws AppError as `openReceipt`, `countInWindow` and `compareEvidence` do.
 */
export async function compareByReceipt(
  deps: Deps,
  slug: string,
  receipts: readonly OwnReceipt[],
  address: string,
): Promise<Evidence> {
  const advice = 'or ask a maintainer to compare them';
  await countInWindow(deps, 'submissionsPerHour', addressSubject(deps, address), { advice });
  const files: Evidence[] = [];
  for (const { id, secret } of receipts) files.push(await openEvidenceReceipt(deps, slug, id, secret));
  const held = files.find(({ visibility }) => visibility !== 'visible');
  if (held) {
    throw new AppError('forbidden', `${held.name} is not shown to everybody: a maintainer approves it first`);
  }
  await countInWindow(deps, 'investigationSubmissionsPerHour', slug, { advice });
  const momentOf = ({ context, submittedAtMs }: Evidence): number => context.capturedAtMs ?? submittedAtMs;
  const oldestFirst = files.toSorted((a, b) => momentOf(a) - momentOf(b) || (a.id < b.id ? -1 : 1));
  const name = files[0]?.submittedBy ?? 'submitter';
  const ids = oldestFirst.map(({ id }) => id);
  return compareEvidence(deps, slug, ids, { subject: `receipt/${ids[0] ?? ''}`, name });
}

/** Whether a second file of its format would be of use. */
export function isComparable({ kind, state, format, rawDeleted }: Evidence): boolean {
  return (
    kind === 'file' && state === 'analysed' && !rawDeleted && COMPARING.some((analyser) => analyser.format === format)
  );
}
