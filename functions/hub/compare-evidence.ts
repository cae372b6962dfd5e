import { createHash } from 'node:crypto';
import { ANALYSERS } from '../analysis/registry.ts';
import { AppError, isAppError } from '../model/error.ts';
import type { Evidence } from '../model/evidence.ts';
import { newId } from '../model/id.ts';
import type { Person } from '../model/person.ts';
import { comparedObjects } from './compared-objects.ts';
import type { Deps } from './deps.ts';
import { evidenceKind, getEvidence } from './evidence-record.ts';
import { getInvestigation } from './open-investigation.ts';
import { sendJob } from './receive-object.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { writeStored } from './stored.ts';

export const COMPARING = ANALYSERS.filter((analyser) => analyser.compare !== undefined);

/**
 * A comparison of files of one format, oldest first: evidence without bytes of its own, analysed like any other. Its id is
 * made of theirs, so asking again answers the one that is there. Throws AppError where the files cannot be compared.
 */
export async function compareEvidence(
  deps: Deps,
  slug: string,
  comparedIds: readonly string[],
  person: Person,
): Promise<Evidence> {
  await getInvestigation(deps, slug);
  if (new Set(comparedIds).size !== comparedIds.length) {
    throw new AppError('bad-input', 'each file once: the same file twice shows no growth');
  }
  const files: Evidence[] = [];
  for (const id of comparedIds) files.push(await getEvidence(deps, slug, id));
  requireComparable(files);
  const comparison = comparisonOf(deps, files, person);
  const next = { ...comparison, etag: (await comparedObjects(deps, comparison)).etag };
  const { id } = next;
  const event = { kind: 'evidence/received', by: person.name, subjectId: id, text: 'To be compared' };
  try {
    const evidence = await writeStored(deps, evidenceKind(deps, slug, id), { next, event }, 0);
    // Save first, then send: a crash in between is found by sweep.
    await sendJob(deps, slug, id);
    return evidence;
  } catch (error) {
    if (!isAppError(error) || error.code !== 'conflict') throw error;
    return getEvidence(deps, slug, id);
  }
}

function comparisonOf(deps: Deps, files: readonly Evidence[], person: Person): Evidence {
  const nowMs = deps.now();
  const comparedIds = files.map(({ id }) => id);
  const digest = createHash('sha256').update(comparedIds.join()).digest();
  return {
    id: newId(Math.max(...files.map(({ submittedAtMs }) => submittedAtMs)), digest),
    slug: files[0]?.slug ?? '',
    kind: 'comparison',
    comparedIds,
    name: files
      .map(({ name }) => name)
      .join(' ↔ ')
      .slice(0, 255),
    sizeBytes: 0,
    context: {},
    comment: '',
    state: 'received',
    visibility: 'visible',
    submittedBy: person.name,
    submittedAtMs: nowMs,
    // Nobody holds its receipt: it goes with its files.
    receiptHash: hashSecret(newSecret(deps)),
    receivedAtMs: nowMs,
    attempts: 0,
    findingCount: 0,
    // It can be made again until the first of them is deleted.
    rawExpiresAtMs: files.map(({ rawExpiresAtMs }) => rawExpiresAtMs).sort((a = Infinity, b = Infinity) => a - b)[0],
    rawDeleted: false,
    version: 0,
  };
}

function requireComparable(files: readonly Evidence[]): void {
  for (const { name, kind, state } of files) {
    if (kind !== 'file')
      throw new AppError('bad-input', `${name} is a ${kind}: only files that were sent are compared`);
    if (state !== 'analysed') {
      throw new AppError('bad-input', `${name} is ${state}: it can be compared once it is analysed`);
    }
  }
  const formats = [...new Set(files.map(({ format = '' }) => format))];
  if (formats.length > 1) {
    throw new AppError('bad-input', `these are of different formats (${formats.join(', ')}): compare like with like`);
  }
  if (COMPARING.some(({ format }) => format === formats[0])) return;
  throw new AppError(
    'unsupported',
    `${formats[0] ?? ''} has nothing to compare; what can be compared: ${COMPARING.map(({ title }) => title).join(', ')}`,
  );
}
