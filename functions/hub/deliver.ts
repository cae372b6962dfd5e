import { z } from 'zod';
import { isAppError } from '../model/error.ts';
import type { Notification } from '../platform/notifications/notifications.ts';
import type { StoredRecord } from '../platform/records/records.ts';
import type { Deps } from './deps.ts';
import { parseStored } from './stored.ts';

const MAX_TRIES = 8;
const FIRST_RETRY_MS = 60_000;

const Delivery = z.object({
  notification: z.custom<Notification>((value) => typeof value === 'object'),
  tries: z.number(),
});
const deliveryKey = (id: string) => ({ partition: 'deliveries', sort: id });

/** Saved before it is tried, so that a crash or a receiver that is down leaves it to sweep. */
export async function deliver(deps: Deps, notification: Notification): Promise<void> {
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
