import { isAppError } from '../model/error.ts';
import { Evidence } from '../model/evidence.ts';
import { deletePrefix } from './delete-prefix.ts';
import type { Deps } from './deps.ts';
import { changeEvidence } from './evidence-record.ts';
import { releaseBytes } from './held-bytes.ts';
import { joinedPrefix, nounKey, partitionOf, rawKey } from './keys.ts';
import { erasePushes } from './push/compact-pushes.ts';
import { listStored } from './stored.ts';

const BY_SUBMITTER = { by: 'submitter', text: 'Deleted by its submitter' };
const WITH_ITS_FILE = { by: 'casebook', text: 'Deleted with a file that it compares' };

/**
 * The submitter's right: bytes, analysis, published pages and words go now. A record without words stays until the
 * signed URL can bring nothing more; then sweep removes that too. Doing it again changes nothing.
 */
export async function eraseEvidence(deps: Deps, slug: string, id: string, why = BY_SUBMITTER): Promise<void> {
  let before: Evidence | undefined;
  const { record, changed } = await changeEvidence(deps, slug, id, (current) => {
    if (current.state === 'deleted') return undefined;
    before = current;
    return {
      next: {
        ...current,
        state: 'deleted',
        visibility: 'hidden',
        name: 'deleted',
        comment: '',
        context: {},
        submittedBy: 'deleted',
        progress: undefined,
        refusal: undefined,
        mainFact: undefined,
        format: undefined,
        analysisKey: undefined,
        findingCount: 0,
        rawDeleted: true,
      },
      event: {
        kind: 'evidence/deleted',
        ...why,
        subjectId: id,
        audience: 'maintainers',
      },
    };
  });
  await eraseObjects(deps, record, { forGood: false });
  // What was pushed has an account of its own, which is closed with its bytes.
  const held = before && before.kind !== 'push' && !before.rawDeleted && before.state !== 'expired';
  if (changed && held) await releaseBytes(deps, slug, record.sizeBytes);
}

/** Everything with the id in its key, and what was found by comparing it; `forGood`, the record too. */
export async function eraseObjects(deps: Deps, evidence: Evidence, options: { forGood: boolean }): Promise<void> {
  const { slug, id, uploadId } = evidence;
  const key = rawKey(slug, id);
  if (uploadId !== undefined) {
    await deps.evidence.abortMultipart(key, uploadId).catch((error: unknown) => {
      if (!isAppError(error) || error.code !== 'not-found') throw error;
    });
  }
  await deps.evidence.delete(key);
  if (evidence.kind === 'push') {
    await erasePushes(deps, slug, id);
    await deletePrefix(deps.evidence, joinedPrefix(slug));
  }
  await deletePrefix(deps.evidence, `analysis/${slug}/${id}/`);
  await deletePrefix(deps.site, `i/${slug}/evidence/${id}/`);
  if (evidence.kind !== 'comparison') await eraseComparisonsOf(deps, slug, id);
  if (options.forGood) await deps.records.delete(nounKey(slug, 'evidence', id), evidence.version);
}

/** A comparison tells what was in each of its files. */
async function eraseComparisonsOf(deps: Deps, slug: string, id: string): Promise<void> {
  for (const one of await listStored(deps.records, partitionOf(slug), 'evidence#', Evidence)) {
    if (one.state !== 'deleted' && one.comparedIds?.includes(id))
      await eraseEvidence(deps, slug, one.id, WITH_ITS_FILE);
  }
}
