import { AppError, isAppError } from '../model/error.ts';
import { STRANGER } from '../model/evidence.ts';
import { newId } from '../model/id.ts';
import { Investigation } from '../model/investigation.ts';
import { Token, type Person } from '../model/person.ts';
import type { Deps } from './deps.ts';
import { investigationKey, tokenKey } from './keys.ts';
import { hashSecret, matchesHash, newSecret } from './secrets.ts';
import { changeStored, listStored, parseStored, writeStored, type StoredKind } from './stored.ts';

const DAY_MS = 86_400_000;
export const PUBLIC_LABEL = 'public';
/** The public token is on the investigation's page: it ends when a maintainer revokes it. */
const PUBLIC_LIFETIME_DAYS = 3650;

/** Who submits: somebody with the page's public token, or a cluster with its own. */
export interface Submitter {
  readonly tokenId: string;
  readonly label: string;
  readonly isStranger: boolean;
}

const kindOf = (slug: string, id: string): StoredKind<typeof Token> => ({
  key: tokenKey(slug, id),
  slug,
  schema: Token,
  what: `token ${id} in ${slug}`,
});

/** `secret` is the whole text to send as `Authorization: Bearer`; it is answered once and never stored. */
export async function issueToken(
  deps: Deps,
  slug: string,
  input: { label: string; expiresInDays: number },
  person: Person,
): Promise<{ token: Token; secret: string }> {
  const id = newId(deps.now(), deps.random(10));
  const secret = `cbt_${slug}_${id}_${newSecret(deps)}`;
  const next: Token = {
    id,
    slug,
    label: input.label,
    secretHash: hashSecret(secret),
    createdBy: person.name,
    createdAtMs: deps.now(),
    expiresAtMs: deps.now() + input.expiresInDays * DAY_MS,
    usedBytes: 0,
    version: 0,
  };
  const event = {
    kind: 'token/issued',
    by: person.name,
    subjectId: id,
    text: `Token "${input.label}" issued`,
    audience: 'maintainers' as const,
  };
  return { token: await writeStored(deps, kindOf(slug, id), { next, event }, 0), secret };
}

export function issuePublicToken(deps: Deps, slug: string, person: Person): Promise<{ token: Token; secret: string }> {
  return issueToken(deps, slug, { label: PUBLIC_LABEL, expiresInDays: PUBLIC_LIFETIME_DAYS }, person);
}

export function listTokens(deps: Deps, slug: string): Promise<Token[]> {
  return listStored(deps.records, tokenKey(slug, '').partition, `${slug}#`, Token);
}

export async function revokeToken(deps: Deps, slug: string, id: string, person: Person): Promise<Token> {
  const { record } = await changeStored(deps, kindOf(slug, id), (current) =>
    current.revokedAtMs === undefined
      ? {
          next: { ...current, revokedAtMs: deps.now() },
          event: {
            kind: 'token/revoked',
            by: person.name,
            subjectId: id,
            text: `Token "${current.label}" revoked`,
            audience: 'maintainers',
          },
        }
      : undefined,
  );
  await closeToStrangers(deps, slug, id, person);
  return record;
}

/** When the token on the investigation's page is revoked, the page must stop showing it. */
async function closeToStrangers(deps: Deps, slug: string, id: string, person: Person): Promise<void> {
  const kind = { key: investigationKey(slug), slug, schema: Investigation, what: `investigation ${slug}` };
  await changeStored(deps, kind, (current) =>
    current.publicToken?.startsWith(`cbt_${slug}_${id}_`)
      ? {
          next: { ...current, publicToken: undefined, updatedAtMs: deps.now() },
          event: { kind: 'investigation/closed', by: person.name, text: 'Closed to submissions by strangers' },
        }
      : undefined,
  );
}

const INVALID =
  'this token does not exist, was revoked or has expired: copy it afresh from the page of the investigation, or ask a maintainer';

/** The bearer of a submit-only token for this very investigation. */
export async function requireToken(deps: Deps, slug: string, bearer: string | undefined): Promise<Submitter> {
  if (bearer === undefined) {
    throw new AppError(
      'unauthenticated',
      'send the token of the investigation as the header "Authorization: Bearer …"; its page shows it',
    );
  }
  const match = /^cbt_([a-z0-9-]{1,64})_([0-9a-z]{19})_[0-9a-f]{40}$/.exec(bearer);
  if (!match?.[1] || !match[2]) throw new AppError('unauthenticated', INVALID);
  if (match[1] !== slug) {
    throw new AppError('forbidden', `this token is for the investigation "${match[1]}", not for "${slug}"`);
  }
  const stored = await deps.records.get(tokenKey(slug, match[2]));
  if (!stored) throw new AppError('unauthenticated', INVALID);
  const token = parseStored(Token, stored);
  const valid = matchesHash(bearer, token.secretHash);
  if (!valid || token.revokedAtMs !== undefined || token.expiresAtMs <= deps.now()) {
    throw new AppError('unauthenticated', INVALID);
  }
  const isStranger = token.label === PUBLIC_LABEL;
  return { tokenId: token.id, label: isStranger ? STRANGER : token.label, isStranger };
}

/** A cluster that pushes: its token alone says which investigation. */
export interface Cluster extends Submitter {
  readonly slug: string;
}

/** The public token is everybody's: pushes by it would mix the series of strangers in one piece of evidence. */
export async function requireCluster(deps: Deps, bearer: string | undefined): Promise<Cluster> {
  const slug = /^cbt_([a-z0-9-]{1,64})_/.exec(bearer ?? '')?.[1] ?? '';
  const submitter = await requireToken(deps, slug, bearer);
  if (!submitter.isStranger) return { ...submitter, slug };
  throw new AppError(
    'forbidden',
    'this is the public token: ask a maintainer for a token of your cluster to push with',
  );
}

/** Shown beside the token; a quiet change, and never a reason to refuse a submission. */
export async function noteTokenUse(deps: Deps, slug: string, tokenId: string, sizeBytes: number): Promise<void> {
  try {
    await changeStored(deps, kindOf(slug, tokenId), (current) => ({
      next: { ...current, lastUsedAtMs: deps.now(), usedBytes: current.usedBytes + sizeBytes },
    }));
  } catch (error) {
    if (!isAppError(error)) throw error;
    deps.log.warn('the use of a token was not noted', { slug, tokenId, message: error.message });
  }
}

/** A new public token in place of the one that was revoked or leaked beyond use. */
export async function openToStrangers(deps: Deps, slug: string, person: Person): Promise<Investigation> {
  const { secret } = await issuePublicToken(deps, slug, person);
  const kind = { key: investigationKey(slug), slug, schema: Investigation, what: `investigation ${slug}` };
  const { record } = await changeStored(deps, kind, (current) => ({
    next: { ...current, publicToken: secret, updatedAtMs: deps.now() },
    event: { kind: 'investigation/opened-to-strangers', by: person.name, text: 'Open to submissions by strangers' },
  }));
  return record;
}
