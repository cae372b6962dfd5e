import type { Event } from '../model/casework.ts';
import { deliver } from './deliver.ts';
import type { Deps } from './deps.ts';
import { partitionOf } from './keys.ts';
import { getInvestigation } from './open-investigation.ts';
import { listSubscriptions, subscriptionUrl, type Subscription } from './subscriptions.ts';

/** What a subscriber hears of; everything else is on the page. */
const HEARD = /^(alert\/|update\/added|evidence\/analysed|investigation\/(moved|closed)|judgement\/|finding\/added)/;
const HAS_VISIBILITY: ReadonlySet<string> = new Set(['evidence', 'update', 'judgement', 'finding']);

/** One letter an event and subscriber, by an id that is the same each time. */
export async function notifyOf(deps: Deps, event: Event): Promise<void> {
  if (event.audience !== 'public' || !HEARD.test(event.kind) || (await isHidden(deps, event))) return;
  const { title } = await getInvestigation(deps, event.slug);
  for (const subscription of await listSubscriptions(deps, event.slug)) {
    if (!subscription.confirmed) continue;
    await deliver(deps, {
      to:
        subscription.channel === 'mail'
          ? { kind: 'mail', address: subscription.target }
          : { kind: 'webhook', url: subscription.target, secret: subscription.signingSecret ?? '' },
      subject: `${title}: ${event.text}`.slice(0, 200),
      text: `${event.text}\n\nby ${event.by}${mailEnd(deps, subscription)}`,
      url: `${deps.config.publicUrl}/i/${event.slug}/`,
      id: `${event.id}.${subscription.id}`,
      data: { kind: event.kind, slug: event.slug, subjectId: event.subjectId, atMs: event.atMs },
    });
  }
}

/** What waits for approval or was hidden is not told of either. */
async function isHidden(deps: Deps, event: Event): Promise<boolean> {
  const noun = event.kind.split('/')[0] ?? '';
  if (!HAS_VISIBILITY.has(noun)) return false;
  const record = await deps.records.get({ partition: partitionOf(event.slug), sort: `${noun}#${event.subjectId}` });
  return record?.body['visibility'] !== 'visible';
}

function mailEnd(deps: Deps, { channel, slug, id }: Subscription): string {
  return channel === 'mail' ? `\n\nTo get no more of these: ${subscriptionUrl(deps, slug, id)}` : '';
}
