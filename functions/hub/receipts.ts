import { AppError } from '../model/error.ts';
import { Note } from '../model/casework.ts';
import { Evidence } from '../model/evidence.ts';
import type { Deps } from './deps.ts';
import { eraseEvidence } from './erase-evidence.ts';
import { nounKey } from './keys.ts';
import { recordEvent } from './record-event.ts';
import { matchesHash } from './secrets.ts';
import { parseStored } from './stored.ts';

/** The secret is in the fragment, which no browser sends and no log sees. */
export function receiptUrl(deps: Pick<Deps, 'config'>, slug: string, id: string, secret: string): string {
  return `${deps.config.publicUrl}/receipt/#${slug}.${id}.${secret}`;
}

export type Received = { readonly evidence: Evidence } | { readonly note: Note };

/** What a receipt stands for. A wrong secret and a wrong id are answered alike. */
export async function openReceipt(deps: Deps, slug: string, id: string, secret: string | undefined): Promise<Received> {
  if (secret === undefined) {
    throw new AppError('unauthenticated', 'send the receipt\'s secret as the header "Authorization: Bearer …"');
  }
  const evidence = await deps.records.get(nounKey(slug, 'evidence', id));
  if (evidence) {
    const parsed = parseStored(Evidence, evidence);
    if (matchesHash(secret, parsed.receiptHash)) {
      if (parsed.state === 'deleted') throw new AppError('gone', 'this submission was deleted by its submitter');
      return { evidence: parsed };
    }
  }
  const note = await deps.records.get(nounKey(slug, 'note', id));
  if (note) {
    const parsed = parseStored(Note, note);
    if (parsed.receiptHash !== undefined && matchesHash(secret, parsed.receiptHash)) return { note: parsed };
  }
  throw new AppError('not-found', 'there is no such receipt: check that the whole link was copied');
}

export async function openEvidenceReceipt(
  deps: Deps,
  slug: string,
  id: string,
  secret: string | undefined,
): Promise<Evidence> {
  const received = await openReceipt(deps, slug, id, secret);
  if ('evidence' in received) return received.evidence;
  throw new AppError('bad-input', 'this receipt is for a note: there is nothing to upload');
}

export async function deleteByReceipt(deps: Deps, slug: string, id: string, secret: string | undefined): Promise<void> {
  const received = await openReceipt(deps, slug, id, secret);
  if ('evidence' in received) {
    await eraseEvidence(deps, slug, id);
    return;
  }
  await deps.records.delete(nounKey(slug, 'note', id), received.note.version);
  const event = { kind: 'note/deleted', by: 'submitter', subjectId: id, text: 'Deleted by its writer' };
  await recordEvent(deps, slug, { ...event, audience: 'maintainers' });
}
