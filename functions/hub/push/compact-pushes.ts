import type { Evidence } from '../../model/evidence.ts';
import { AppError } from '../../model/error.ts';
import { deletePrefix } from '../delete-prefix.ts';
import type { Deps } from '../deps.ts';
import { changeEvidence } from '../evidence-record.ts';
import { dropGrowth, settleGrowth } from '../held-bytes.ts';
import { pushPrefix } from '../keys.ts';
import { joinSegments, listSegments, type Joined } from './push-objects.ts';

/**
 * What was pushed becomes one object, and its account and its record say what lies there now: whatever comes of the analysis. Each
 * step may be repeated, and a crash between them is made good by the next compaction. Undefined where nothing was pushed.
 */
export async function compactPushes(deps: Deps, { slug, id }: Evidence): Promise<Joined | undefined> {
  const joined = await joinSegments(deps, slug, id);
  const segments = await listSegments(deps.evidence, slug, id);
  const storedBytes = segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  await settleGrowth(deps, slug, id, storedBytes);
  const { record } = await changeEvidence(deps, slug, id, (current) => {
    const sizeBytes = joined?.info.sizeBytes ?? 0;
    const morePushed = joined?.more || current.morePushed;
    const isSame = current.sizeBytes === sizeBytes && current.morePushed === morePushed;
    return current.rawDeleted || isSame ? undefined : { next: { ...current, sizeBytes, morePushed } };
  });
  if (!record.rawDeleted) return joined;
  await erasePushes(deps, slug, id);
  throw new AppError('gone', 'what was pushed was deleted while it was compacted');
}

/** The bytes and their room in the account. Doing it again changes nothing. */
export async function erasePushes(deps: Deps, slug: string, id: string): Promise<void> {
  await deletePrefix(deps.evidence, pushPrefix(slug, id));
  await dropGrowth(deps, slug, id);
}
