import { z } from 'zod';
import { Event } from '../model/casework.ts';
import { AppError, isAppError } from '../model/error.ts';
import { Id, newId, Slug } from '../model/id.ts';
import type { Person } from '../model/person.ts';
import { Line, TimeMs } from '../model/text.ts';
import type { Notification } from '../platform/notifications/notifications.ts';
import type { StoredRecord } from '../platform/records/records.ts';
import type { Deps } from './deps.ts';
import { nounKey, partitionOf } from './keys.ts';
import { addressSubject, countInWindow } from './limits.ts';
import { getInvestigation } from './open-investigation.ts';
import { hashSecret, matchesHash, newSecret } from './secrets.ts';
import { changeStored, getStored, listStored, parseStored, writeStored, type StoredKind } from './stored.ts';

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
  /** Of the link that confirms and ends it. */
  secretHash: z.string().length(64),
  /** Signs the bodies that a webhook receives. */
  signingSecret: z.string().optional(),
  version: z.number().int().min(0),
});
export const PublicSubscription = Subscription.omit({ secretHash: true, signingSecret: true });
export type Subscription = z.infer<typeof Subscription>;

/** What a subscriber hears of; everything else is on the page. */
const HEARD = /^(alert\/|update\/added|evidence\/analysed|investigation\/(moved|closed)|judgement\/|finding\/added)/;
const MAX_TRIES = 8;
const FIRST_RETRY_MS = 60_000;

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
  const secret = newSecret(deps);
  const signingSecret = input.channel === 'webhook' ? newSecret(deps) : undefined;
  const id = newId(deps.now(), deps.random(10));
  const next: Subscription = {
    ...input,
    id,
    slug,
    by: person?.name ?? 'stranger',
    atMs: deps.now(),
    confirmed: input.channel === 'webhook',
    secretHash: hashSecret(secret),
    signingSecret,
    version: 0,
  };
  const subscription = await writeStored(deps, kindOf(slug, id), { next }, 0);
  if (input.channel === 'mail') {
    const url = `${deps.config.publicUrl}/api/subscriptions/${slug}/${id}/confirm?secret=${secret}`;
    const text = `Somebody asked for news of "${investigation.title}" at this address. Open the link to get them; do nothing, and nothing more comes.`;
    const to = { kind: 'mail' as const, address: input.target };
    await deliver(deps, { to, id, url, text, subject: `Confirm: news of ${investigation.title}` });
  }
  return { subscription, signingSecret };
}

export async function confirmSubscription(deps: Deps, slug: string, id: string, secret: string): Promise<void> {
  await changeStored(deps, kindOf(slug, id), (current) => {
    if (!matchesHash(secret, current.secretHash)) throw new AppError('not-found', 'there is no such subscription');
    return current.confirmed ? undefined : { next: { ...current, confirmed: true } };
  });
}

/** By the link's secret, or by a maintainer. */
export async function unsubscribe(
  deps: Deps,
  slug: string,
  id: string,
  by: { secret: string } | { person: Person },
): Promise<void> {
  const current = await getStored(deps.records, nounKey(slug, 'subscription', id), Subscription, 'such subscription');
  if ('secret' in by && !matchesHash(by.secret, current.secretHash)) {
    throw new AppError('not-found', 'there is no such subscription');
  }
  await deps.records.delete(nounKey(slug, 'subscription', id));
}

/** One letter an event and subscriber, by an id that is the same each time. */
export async function notifyOf(deps: Deps, event: Event): Promise<void> {
  if (event.audience !== 'public' || !HEARD.test(event.kind)) return;
  const { title } = await getInvestigation(deps, event.slug);
  for (const subscription of await listSubscriptions(deps, event.slug)) {
    if (!subscription.confirmed) continue;
    await deliver(deps, {
      to:
        subscription.channel === 'mail'
          ? { kind: 'mail', address: subscription.target }
          : { kind: 'webhook', url: subscription.target, secret: subscription.signingSecret ?? '' },
      subject: `${title}: ${event.text}`.slice(0, 200),
      text: `${event.text}\n\nby ${event.by}`,
      url: `${deps.config.publicUrl}/i/${event.slug}/`,
      id: `${event.id}.${subscription.id}`,
      data: { kind: event.kind, slug: event.slug, subjectId: event.subjectId, atMs: event.atMs },
    });
  }
}

const Delivery = z.object({
  notification: z.custom<Notification>((value) => typeof value === 'object'),
  tries: z.number(),
});
const deliveryKey = (id: string) => ({ partition: 'deliveries', sort: id });

/** Saved before it is tried, so that a crash or a receiver that is down leaves it to sweep. */
async function deliver(deps: Deps, notification: Notification): Promise<void> {
  const key = deliveryKey(notification.id);
  const expiresAtMs = deps.now() + 7 * 86_400_000;
  try {
    const body = { notification, tries: 1 };
    const saved = await deps.records.put({ ...key, body, dueAtMs: deps.now() + FIRST_RETRY_MS, expiresAtMs }, 0);
    await tryDelivery(deps, saved, notification);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'conflict') throw error;
  }
}

/** The record stays after the delivery, not due any more: the same event that comes again finds it and is quiet. */
async function tryDelivery(deps: Deps, saved: StoredRecord, notification: Notification): Promise<void> {
  try {
    await deps.notifications.send(notification);
  } catch (error) {
    deps.log.warn('a notification was not delivered', { id: notification.id, message: String(error) });
    return;
  }
  const { partition, sort, body, expiresAtMs, version } = saved;
  await deps.records.put({ partition, sort, body: { tries: body['tries'], sent: true }, expiresAtMs }, version);
}

export async function retryDelivery(deps: Deps, record: StoredRecord): Promise<void> {
  const { notification, tries } = parseStored(Delivery, record);
  const { partition, sort, expiresAtMs, version } = record;
  const dueAtMs = tries + 1 >= MAX_TRIES ? undefined : deps.now() + FIRST_RETRY_MS * 2 ** tries;
  const body = { notification, tries: tries + 1 };
  await tryDelivery(
    deps,
    await deps.records.put({ partition, sort, body, dueAtMs, expiresAtMs }, version),
    notification,
  );
}
