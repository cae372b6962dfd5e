import { AppError, isAppError } from '../model/error.ts';
import { Investigation, type InvestigationPatch, type NewInvestigation } from '../model/investigation.ts';
import type { Person } from '../model/person.ts';
import type { Deps } from './deps.ts';
import { INVESTIGATIONS, investigationKey, tokenKey } from './keys.ts';
import { changeStored, getStored, listStored, requireVersion, writeStored, type StoredKind } from './stored.ts';
import { issuePublicToken } from './tokens.ts';

const kindOf = (slug: string): StoredKind<typeof Investigation> => ({
  key: investigationKey(slug),
  slug,
  schema: Investigation,
  what: `investigation "${slug}"`,
});

export function getInvestigation(deps: Deps, slug: string): Promise<Investigation> {
  return getStored(deps.records, investigationKey(slug), Investigation, `investigation "${slug}"`);
}

export function listInvestigations(deps: Deps): Promise<Investigation[]> {
  return listStored(deps.records, INVESTIGATIONS, '', Investigation);
}

/** Open to strangers from the start: with a public token, which its page shows. */
export async function openInvestigation(deps: Deps, input: NewInvestigation, person: Person): Promise<Investigation> {
  const nowMs = deps.now();
  const { token, secret } = await issuePublicToken(deps, input.slug, person);
  const next: Investigation = {
    ...input,
    status: 'open',
    openedAtMs: nowMs,
    updatedAtMs: nowMs,
    openedBy: person.name,
    publicToken: secret,
    version: 0,
  };
  const event = { kind: 'investigation/opened', by: person.name, text: `Investigation opened: ${input.title}` };
  try {
    return await writeStored(deps, kindOf(input.slug), { next, event }, 0);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'conflict') throw error;
    await deps.records.delete(tokenKey(input.slug, token.id));
    throw new AppError('conflict', `there is an investigation "${input.slug}" already: choose another slug`, {
      data: { current: await getInvestigation(deps, input.slug) },
    });
  }
}

export async function editInvestigation(
  deps: Deps,
  slug: string,
  patch: InvestigationPatch,
  person: Person,
): Promise<Investigation> {
  const { version, ...fields } = patch;
  if (fields.duplicateOf === slug) {
    throw new AppError('bad-input', 'duplicateOf names the investigation itself', { data: { field: 'duplicateOf' } });
  }
  if (fields.duplicateOf !== undefined) await getInvestigation(deps, fields.duplicateOf);
  const { record } = await changeStored(deps, kindOf(slug), (current) => {
    requireVersion(current, version, `the investigation "${slug}"`);
    const next = { ...current, ...fields, updatedAtMs: deps.now() };
    if (next.status !== 'duplicate') delete next.duplicateOf;
    else if (next.duplicateOf === undefined) {
      throw new AppError('bad-input', 'status is "duplicate": say of which investigation in duplicateOf', {
        data: { field: 'duplicateOf' },
      });
    }
    const moved = next.status !== current.status;
    const text = moved ? `Status: ${current.status} -> ${next.status}` : `Changed: ${Object.keys(fields).join(', ')}`;
    return { next, event: { kind: moved ? 'investigation/moved' : 'investigation/changed', by: person.name, text } };
  });
  return record;
}
