import { AppError } from '../../model/error.ts';

/** What every queue of the kind takes: SQS's classic limit, kept by both adapters. */
export const MAX_MESSAGE_BYTES = 262_144;
export const MAX_RECEIVE = 10;
const MAX_DELAY_SECONDS = 900;
const MAX_VISIBILITY_SECONDS = 43_200;
const MAX_WAIT_SECONDS = 20;
/** SQS takes what XML 1.0 can hold; a lone surrogate is refused as not well-formed. */
const REFUSED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

export function checkMessageBody(body: string): void {
  const sizeBytes = Buffer.byteLength(body);
  if (sizeBytes > MAX_MESSAGE_BYTES)
    throw new AppError(
      'too-large',
      `a job has ${sizeBytes} bytes and may have ${MAX_MESSAGE_BYTES}: name an object instead`,
      {
        data: { limit: 'messageBytes', limitBytes: MAX_MESSAGE_BYTES, sizeBytes },
      },
    );
  if (body === '') throw new AppError('bad-input', 'a job is empty: give it at least one character');
  if (!body.isWellFormed() || REFUSED.test(body))
    throw new AppError(
      'bad-input',
      'a job holds a control character or half a surrogate pair: send it as escaped JSON',
    );
}

export function checkDelay(seconds: number): void {
  checkSeconds('delaySeconds', seconds, 0, MAX_DELAY_SECONDS);
}

export function checkVisibility(seconds: number): void {
  checkSeconds('visibilitySeconds', seconds, 0, MAX_VISIBILITY_SECONDS);
}

export function checkReceive(options: { max?: number; visibilitySeconds: number; waitSeconds?: number }): void {
  const { max = MAX_RECEIVE, visibilitySeconds, waitSeconds = 0 } = options;
  if (!Number.isInteger(max) || max < 1 || max > MAX_RECEIVE)
    throw new AppError('bad-input', `receive takes 1 to ${MAX_RECEIVE} messages, not ${max}`);
  checkVisibility(visibilitySeconds);
  checkSeconds('waitSeconds', waitSeconds, 0, MAX_WAIT_SECONDS);
}

function checkSeconds(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high)
    throw new AppError('bad-input', `${name} is a whole number from ${low} to ${high}, not ${value}`);
}

export function deliveryGone(cause?: unknown): AppError {
  return new AppError(
    'gone',
    'this delivery is void: its visibility timeout has passed, or the message is done; stop working on it',
    { cause },
  );
}
