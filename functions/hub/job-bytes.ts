import { isAppError } from '../model/error.ts';
import { comparedObjects } from './compared-objects.ts';
import type { Deps } from './deps.ts';
import { getEvidence } from './evidence-record.ts';
import { rawKey } from './keys.ts';

/** How many bytes a job reads, for who chooses the machine; 0 where they or the record are gone, which the job will say. */
export async function jobBytes(deps: Deps, { slug, id }: { slug: string; id: string }): Promise<number> {
  const info = await deps.evidence.head(rawKey(slug, id));
  if (info) return info.sizeBytes;
  try {
    return (await comparedObjects(deps, await getEvidence(deps, slug, id))).sizeBytes;
  } catch (error) {
    if (isAppError(error) && (error.code === 'not-found' || error.code === 'gone')) return 0;
    throw error;
  }
}
