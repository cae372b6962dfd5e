import { z } from 'zod';
import { AppError } from '../model/error.ts';
import { Id, newId, Slug } from '../model/id.ts';
import type { Person } from '../model/person.ts';
import { Line, TimeMs } from '../model/text.ts';
import { deliver } from './deliver.ts';
import type { Deps } from './deps.ts';
import { nounKey, partitionOf } from './keys.ts';
import { addressSubject, countInWindow } from './limits.ts';
import { getInvestigation } from './open-investigation.ts';
import { recordEvent } from './record-event.ts';
import { hashSecret, matchesHash, newSigningSecret, purposeKey } from './secrets.ts';
import { changeStored, getStored, listStored, writeStored, type StoredKind } from './stored.ts';

/** A webhook is a maintainer's; a mail address is anybody's, once its owner has opened the link that was sent there. */
export const NewSubscription = z.discriminatedUnion('channel', [
  z.object({ channel: z.literal('webhook'), target: z.url({ protocol: /^https?$/ }).max(2000) }),
  z.object({ channel: z.literal('mail'), target: z.email().max(300) }),
]);

export const Subscription = z.object({
  id: Id,
  slug: Slug,
  channel: z.enum(['webhook', 'mail']),
  target: z.string().max(2000),
  by: Line,
  atMs: TimeMs,
  confirmed: z.boolean(),
  /** Signs the bodies that a webhook receives. */
  signingSecret: z.string().optional(),
  version: z.number().int().min(0),
});
export const PublicSubscription = Subscription.omit({ signingSecret: true });
export type Subscription = z.infer<typeof Subscription>;

function kindOf(slug: string, id: string): StoredKind<typeof Subscription> {
  return { key: nounKey(slug, 'subscription', id), slug, schema: Subscription, what: `subscription ${id} in ${slug}` };
}

export function listSubscriptions(deps: Deps, slug: string): Promise<Subscription[]> {
  return listStored(deps.records, partitionOf(slug), 'subscription#', Subscription);
}

/** `signingSecret` is answered once. A stranger's mail address gets one letter, which says how to confirm. */
export async function subscribe(
  deps: Deps,
  slug: string,
  input: z.infer<typeof NewSubscription>,
  by: { person: Person } | { address: string },
): Promise<{ subscription: Subscription; signingSecret?: string }> {
  const investigation = await getInvestigation(deps, slug);
  const person = 'person' in by ? by.person : undefined;
  if (!person && input.channel === 'webhook') throw new AppError('forbidden', 'webhooks are managed by maintainers');
  if ('address' in by) {
    await countInWindow(deps, 'notesPerHour', addressSubject(deps, by.address), { advice: 'or use the Atom feed' });
    // Nobody's letter box is filled through us, from however many addresses.
    await countInWindow(deps, 'notesPerHour', addressSubject(deps, `mail/${input.target}`), {
      advice: 'or use the Atom feed',
    });
  }
  const signingSecret = input.channel === 'webhook' ? newSigningSecret(deps) : undefined;
  const id = newId(deps.now(), deps.random(10));
  const next: Subscription = {
    ...input,
    id,
    slug,
    by: person?.name ?? 'stranger',
    atMs: deps.now(),
    confirmed: input.channel === 'webhook',
    signingSecret,
    version: 0,
  };
  const event = {
    kind: 'subscription/added',
    by: next.by,
    subjectId: id,
    text: `News by ${input.channel}`,
    audience: 'maintainers' as const,
  };
  const subscription = await writeStored(deps, kindOf(slug, id), { next, event }, 0);
  if (input.channel === 'mail') {
    const text = `Somebody asked for news of "${investigation.title}" at this address. Open the link to get them; do nothing, and nothing more comes.`;
    const to = { kind: 'mail' as const, address: input.target };
    const subject = `Confirm: news of ${investigation.title}`;
    await deliver(deps, { to, id, url: subscriptionUrl(deps, slug, id), text, subject });
  }
  return { subscription, signingSecret };
}

/** Made anew from our secret when it is needed: each letter can hold it, and nothing is stored. */
function linkSecret(deps: Pick<Deps, 'config'>, slug: string, id: string): string {
  return hashSecret(`${Buffer.from(purposeKey(deps, 'subscription')).toString('hex')}/${slug}/${id}`);
}

/** The page that confirms or ends it, by a button: programs that open every link of a letter do neither. */
export function subscriptionUrl(deps: Pick<Deps, 'config'>, slug: string, id: string): string {
  return `${deps.config.publicUrl}/api/subscriptions/${slug}/${id}?secret=${linkSecret(deps, slug, id)}`;
}

export async function openSubscription(deps: Deps, slug: string, id: string, secret: string): Promise<Subscription> {
  const none = 'such subscription: it was ended, or the link is not whole';
  if (!matchesHash(secret, hashSecret(linkSecret(deps, slug, id))))
    throw new AppError('not-found', `there is no ${none}`);
  return getStored(deps.records, nounKey(slug, 'subscription', id), Subscription, none);
}

export async function confirmSubscription(deps: Deps, slug: string, id: string, secret: string): Promise<void> {
  await openSubscription(deps, slug, id, secret);
  await changeStored(deps, kindOf(slug, id), (current) =>
    current.confirmed ? undefined : { next: { ...current, confirmed: true } },
  );
}

/** By the link's secret, or by a maintainer. */
export async function unsubscribe(
  deps: Deps,
  slug: string,
  id: string,
  by: { secret: string } | { person: Person },
): Promise<void> {
  const current =
    'secret' in by
      ? await openSubscription(deps, slug, id, by.secret)
      : await getStored(deps.records, nounKey(slug, 'subscription', id), Subscription, 'such subscription');
  await deps.records.delete(nounKey(slug, 'subscription', id));
  const name = 'person' in by ? by.person.name : current.by;
  const event = { kind: 'subscription/ended', by: name, subjectId: id, text: `No more news by ${current.channel}` };
  await recordEvent(deps, slug, { ...event, audience: 'maintainers' });
}
