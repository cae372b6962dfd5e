import { createHash } from 'node:crypto';
import { AppError } from '../model/error.ts';
import type { Evidence } from '../model/evidence.ts';
import type { ComparedObject, Deps } from './deps.ts';
import { changeEvidence, getEvidence } from './evidence-record.ts';
import { rawKey } from './keys.ts';
import { sendJob } from './receive-object.ts';

export interface Compared {
  /** Of the comparison: nothing lies there. */
  readonly key: string;
  /** Made of those of the files: other bytes, another comparison. */
  readonly etag: string;
  readonly objects: readonly ComparedObject[];
  /** Of the largest: one of them is in memory at a time. */
  readonly sizeBytes: number;
}

/** The bytes that a comparison reads, oldest first. Throws AppError `gone` with the name of what is not kept any more. */
export async function comparedObjects(
  deps: Deps,
  { slug, id, comparedIds = [] }: Pick<Evidence, 'slug' | 'id' | 'comparedIds'>,
): Promise<Compared> {
  const objects: ComparedObject[] = [];
  const etag = createHash('sha256');
  let sizeBytes = 0;
  for (const each of comparedIds) {
    const { name, rawDeleted } = await getEvidence(deps, slug, each);
    const key = rawKey(slug, each);
    const info = rawDeleted ? undefined : await deps.evidence.head(key);
    if (!info) throw new AppError('gone', `the bytes of ${name} are not kept any more, so it cannot be compared`);
    objects.push({ key, name });
    etag.update(`${info.etag}\n`);
    sizeBytes = Math.max(sizeBytes, info.sizeBytes);
  }
  return { key: rawKey(slug, id), etag: etag.digest('hex'), objects, sizeBytes };
}

/** A file was overwritten since: a job for what is there now. */
export async function compareAnew(deps: Deps, { slug, id }: Evidence, etag: string): Promise<void> {
  const { record } = await changeEvidence(deps, slug, id, (current) =>
    current.state === 'analysing' && current.etag !== etag
      ? { next: { ...current, state: 'received', progress: undefined, attempts: 0, etag } }
      : undefined,
  );
  if (record.state === 'received') await sendJob(deps, slug, id);
}
