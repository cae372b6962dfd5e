import type { z } from 'zod';
import { Note, type NewNote } from '../model/casework.ts';
import { newId } from '../model/id.ts';
import type { Person } from '../model/person.ts';
import type { Deps } from './deps.ts';
import { getEvidence } from './evidence-record.ts';
import { nounKey } from './keys.ts';
import { addressSubject, countInWindow } from './limits.ts';
import { getInvestigation } from './open-investigation.ts';
import { receiptUrl } from './receipts.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { writeStored } from './stored.ts';
import type { Submitter } from './tokens.ts';

/** Anybody's word. A stranger's author is what they typed: shown as said, never as known. */
export async function writeNote(
  deps: Deps,
  slug: string,
  input: z.infer<typeof NewNote>,
  by: Person | Submitter,
  address: string,
): Promise<{ note: Note; receipt?: { id: string; secret: string; url: string } }> {
  await getInvestigation(deps, slug);
  if (input.evidenceId !== undefined) await getEvidence(deps, slug, input.evidenceId);
  const atMs = deps.now();
  const id = newId(atMs, deps.random(10));
  const kind = { key: nounKey(slug, 'note', id), slug, schema: Note, what: `note ${id} in ${slug}` };
  if (!('tokenId' in by)) {
    const next: Note = { ...input, author: '', id, slug, by: by.name, atMs, version: 0, visibility: 'visible' };
    const event = { kind: 'note/added', by: by.name, subjectId: id, text: 'A note' };
    return { note: await writeStored(deps, kind, { next, event }, 0) };
  }
  await countInWindow(deps, 'notesPerHour', addressSubject(deps, address), { advice: 'or join your notes in one' });
  const secret = newSecret(deps);
  const visibility = by.isStranger ? deps.config.strangersAre : 'visible';
  const receiptHash = hashSecret(secret);
  const next: Note = { ...input, id, slug, by: by.label, atMs, version: 0, visibility, receiptHash };
  const event = { kind: 'note/added', by: by.label, subjectId: id, text: 'A note' };
  const note = await writeStored(deps, kind, { next, event }, 0);
  return { note, receipt: { id, secret, url: receiptUrl(deps, slug, id, secret) } };
}
