import { AppError } from '../model/error.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Part } from '../platform/objects/objects.ts';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { getEvidence } from './evidence-record.ts';
import { rawKey } from './keys.ts';
import { receiveObject } from './receive-object.ts';

const MIB = 2 ** 20;
/** S3's own limit. */
const MAX_PARTS = 10_000;
const MAX_SIGNED_AT_ONCE = 100;

/** Where to PUT: one URL for the whole, or parts that are signed as they are asked for. */
export type Upload = { readonly url: string } | { readonly partBytes: number; readonly partCount: number };
export type ResumedUpload =
  | { readonly url: string }
  | { readonly partBytes: number; readonly partCount: number; readonly arrived: readonly Part[] };

/** A whole number of MiB, so that `dd bs=1M` can cut them; larger for what would need more than 10,000. */
export function partBytesFor(config: Pick<Config, 'partBytes'>, sizeBytes: number): number {
  return Math.ceil(Math.max(config.partBytes, sizeBytes / MAX_PARTS) / MIB) * MIB;
}

/** Undefined when the record no longer awaits anything. */
export async function uploadOf(deps: Deps, evidence: Evidence): Promise<Upload | undefined> {
  const leftMs = (evidence.uploadExpiresAtMs ?? 0) - deps.now();
  if (evidence.state !== 'awaiting-upload' || leftMs <= 0) return undefined;
  if (evidence.uploadId !== undefined) return partsOf(evidence);
  const expiresInSeconds = Math.ceil(leftMs / 1000);
  const url = await deps.evidence.presignPut(rawKey(evidence.slug, evidence.id), {
    sizeBytes: evidence.sizeBytes,
    expiresInSeconds,
  });
  return { url };
}

function partsOf(evidence: Evidence): { partBytes: number; partCount: number } {
  const partBytes = evidence.partBytes ?? evidence.sizeBytes;
  return { partBytes, partCount: Math.ceil(evidence.sizeBytes / partBytes) };
}

/** Signed afresh, with what has arrived: how a pause, a reload or an expired signature goes on. */
export async function resumeUpload(deps: Deps, evidence: Evidence): Promise<ResumedUpload> {
  const upload = await uploadOf(deps, evidence);
  if (!upload) throw ended(evidence);
  if ('url' in upload) return upload;
  const { uploadId } = requireParts(evidence);
  return { ...upload, arrived: await deps.evidence.listParts(rawKey(evidence.slug, evidence.id), uploadId) };
}

export async function signParts(
  deps: Deps,
  evidence: Evidence,
  partNumbers: readonly number[],
): Promise<{ partNumber: number; url: string }[]> {
  const { uploadId, partBytes, partCount } = requireParts(evidence);
  if (!(await uploadOf(deps, evidence))) throw ended(evidence);
  const expiresInSeconds = Math.ceil(((evidence.uploadExpiresAtMs ?? 0) - deps.now()) / 1000);
  const key = rawKey(evidence.slug, evidence.id);
  return Promise.all(
    partNumbers.slice(0, MAX_SIGNED_AT_ONCE).map(async (partNumber) => {
      if (partNumber < 1 || partNumber > partCount) {
        throw new AppError('bad-input', `part ${partNumber} is outside 1..${partCount}`, { data: { partCount } });
      }
      const sizeBytes = sizeOfPart(evidence.sizeBytes, partBytes, partNumber);
      return {
        partNumber,
        url: await deps.evidence.presignPart(key, uploadId, { partNumber, sizeBytes, expiresInSeconds }),
      };
    }),
  );
}

function sizeOfPart(sizeBytes: number, partBytes: number, partNumber: number): number {
  return Math.min(partBytes, sizeBytes - (partNumber - 1) * partBytes);
}

/** All parts are there: the object appears, whole, and is received. Doing it again answers the same. */
export async function finishUpload(deps: Deps, evidence: Evidence): Promise<Evidence> {
  const { slug, id } = evidence;
  const key = rawKey(slug, id);
  if (evidence.state === 'awaiting-upload' && !(await deps.evidence.head(key))) {
    const { uploadId, partBytes, partCount } = requireParts(evidence);
    const arrived = new Map((await deps.evidence.listParts(key, uploadId)).map((part) => [part.partNumber, part]));
    const parts: { partNumber: number; etag: string }[] = [];
    const missing: number[] = [];
    for (let partNumber = 1; partNumber <= partCount; partNumber++) {
      const part = arrived.get(partNumber);
      if (part?.sizeBytes === sizeOfPart(evidence.sizeBytes, partBytes, partNumber)) {
        parts.push({ partNumber, etag: part.etag });
      } else missing.push(partNumber);
    }
    if (missing.length > 0) {
      throw new AppError(
        'bad-input',
        `${missing.length} of ${partCount} parts are missing or have the wrong size (first: ${missing[0] ?? 0}): send them, then complete again`,
        { data: { missing: missing.slice(0, 1000) } },
      );
    }
    await deps.evidence.completeMultipart(key, uploadId, parts);
  }
  await receiveObject(deps, key);
  return getEvidence(deps, slug, id);
}

function requireParts(evidence: Evidence): { uploadId: string; partBytes: number; partCount: number } {
  if (evidence.uploadId === undefined) {
    throw new AppError('bad-input', 'this upload is a single PUT: it has no parts to sign or to complete');
  }
  return { uploadId: evidence.uploadId, ...partsOf(evidence) };
}

function ended(evidence: Evidence): AppError {
  return new AppError('gone', `this upload has ended (${evidence.state}): look at the receipt, or submit again`, {
    data: { state: evidence.state },
  });
}
