import { AppError } from '../model/error.ts';
import type { Evidence, NewEvidence } from '../model/evidence.ts';
import { newId } from '../model/id.ts';
import type { Deps } from './deps.ts';
import { evidenceKind } from './evidence-record.ts';
import { releaseBytes, reserveBytes } from './held-bytes.ts';
import { addressSubject, countInWindow, countTokenBytes, requireSize } from './limits.ts';
import { rawKey } from './keys.ts';
import { getInvestigation } from './open-investigation.ts';
import { receiptUrl } from './receipts.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { writeStored } from './stored.ts';
import { noteTokenUse, type Submitter } from './tokens.ts';
import { partBytesFor, uploadOf, type Upload } from './upload.ts';

export interface Submission {
  readonly slug: string;
  readonly evidence: NewEvidence;
  readonly kind: 'file' | 'report';
  /** The sender wants parts, to pause and resume. */
  readonly parts: boolean;
  readonly submitter: Submitter;
  readonly address: string;
}

export interface Taken {
  readonly evidence: Evidence;
  readonly receipt: { readonly id: string; readonly secret: string; readonly url: string };
  readonly upload: Upload;
}

/** Step 1 of the data's way: a record that awaits its bytes, a receipt, and where to PUT. */
export async function takeEvidence(deps: Deps, submission: Submission): Promise<Taken> {
  const { slug, submitter, kind } = submission;
  const { sizeBytes } = submission.evidence;
  await getInvestigation(deps, slug);
  requireSize(deps, kind, sizeBytes);
  await countSubmission(deps, submission);
  await countTokenBytes(deps, 'tokenBytesPerDay', submitter.tokenId, sizeBytes);
  await reserveBytes(deps, slug, sizeBytes);
  try {
    const taken = await saveAwaiting(deps, submission);
    await noteTokenUse(deps, slug, submitter.tokenId, sizeBytes);
    return taken;
  } catch (error) {
    await releaseBytes(deps, slug, sizeBytes);
    throw error;
  }
}

async function countSubmission(deps: Deps, { slug, submitter, address }: Submission): Promise<void> {
  if (submitter.isStranger) {
    await countInWindow(deps, 'submissionsPerHour', addressSubject(deps, address), {
      advice: 'or ask a maintainer for a token of your own',
    });
  }
  await countInWindow(deps, 'investigationSubmissionsPerHour', slug, {
    advice: 'or join several files in one archive (zip, tar.gz)',
  });
}

async function saveAwaiting(deps: Deps, submission: Submission): Promise<Taken> {
  const { slug, submitter, kind } = submission;
  const nowMs = deps.now();
  const id = newId(nowMs, deps.random(10));
  const secret = newSecret(deps);
  const { sizeBytes } = submission.evidence;
  const inParts = submission.parts || sizeBytes > deps.config.singlePutBytes;
  const uploadId = inParts ? await deps.evidence.startMultipart(rawKey(slug, id)) : undefined;
  const next: Evidence = {
    ...submission.evidence,
    id,
    slug,
    kind,
    state: 'awaiting-upload',
    visibility: submitter.isStranger ? deps.config.strangersAre : 'visible',
    submittedBy: submitter.label,
    submittedAtMs: nowMs,
    receiptHash: hashSecret(secret),
    uploadId,
    partBytes: inParts ? partBytesFor(deps.config, sizeBytes) : undefined,
    uploadExpiresAtMs: nowMs + deps.config.uploadLifetimeMs,
    attempts: 0,
    findingCount: 0,
    rawDeleted: false,
    version: 0,
  };
  const event = {
    kind: 'evidence/announced',
    by: submitter.label,
    subjectId: id,
    text: `Announced: a ${kind} of ${sizeBytes} bytes`,
    audience: 'maintainers' as const,
  };
  const evidence = await writeStored(deps, evidenceKind(deps, slug, id), { next, event }, 0);
  const upload = await uploadOf(deps, evidence);
  if (!upload) throw new AppError('unavailable', 'the upload has no address: send it again');
  return { evidence, receipt: { id, secret, url: receiptUrl(deps, slug, id, secret) }, upload };
}
