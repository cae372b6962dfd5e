import { AppError } from '../../model/error.ts';
import type { Notification } from './notifications.ts';

/** What a mail of either adapter says. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly id: string;
}

const MAX_SUBJECT_LENGTH = 200;

/** Throws `bad-input` for an address that is not exactly one. */
export function mailOf(notification: Notification): Mail {
  if (notification.to.kind !== 'mail') throw new Error(`A mail cannot go to a ${notification.to.kind}.`);
  const to = notification.to.address;
  // One plain address: no list, no display name, no quoted part, nothing that ends a header.
  if (!/^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}.-]{1,189}$/u.test(to) || to.startsWith('-')) {
    throw new AppError('bad-input', 'That is not one mail address, like name@example.org.');
  }
  const subject = notification.subject.replace(/\p{Cc}+/gu, ' ').trim();
  return {
    to,
    subject: Array.from(subject).slice(0, MAX_SUBJECT_LENGTH).join(''),
    text: `${notification.text}\n\n${notification.url}\n`,
    id: notification.id.replace(/[^\w.-]/g, '-'),
  };
}
