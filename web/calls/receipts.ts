import { AppError } from '../../functions/model/error.ts';
import type { Context } from '../../functions/model/analysis.ts';
import type { Note } from '../../functions/model/casework.ts';
import type { PublicEvidence } from '../../functions/model/evidence.ts';
import { call, ignore, isObject } from './call.ts';
import { readReceiptAddress, type ReceiptKey } from './receipt-address.ts';

/** The submitter's half of the API: announce, upload, follow, delete. Answers are checked for what is used, no more. */
export interface Announcement {
  readonly name: string;
  readonly sizeBytes: number;
  readonly kind: 'file' | 'report';
  readonly context: Context;
  readonly comment: string;
  /** Ask for signed parts. */
  readonly parts: boolean;
}

export type UploadPlan =
  | { readonly kind: 'single'; readonly url: string }
  | {
      readonly kind: 'parts';
      readonly partBytes: number;
      readonly partCount: number;
      readonly arrived: readonly { readonly partNumber: number; readonly sizeBytes: number }[];
    };

/** What a receipt stands for. */
export interface Followed {
  readonly evidence: PublicEvidence;
  /** The published page of the evidence. */
  readonly url: string;
  /** Another file of its format can be compared with it. */
  readonly comparable: boolean;
}

export async function announce(
  slug: string,
  token: string,
  announcement: Announcement,
  signal?: AbortSignal,
): Promise<{ receipt: ReceiptKey; plan: UploadPlan }> {
  const { parts, ...rest } = announcement;
  const body = parts ? { ...rest, parts: true } : rest;
  const path = `/api/investigations/${slug}/evidence`;
  return call('POST', path, readTicket, { body, bearer: token, ...(signal ? { signal } : {}) });
}

function readTicket(answer: unknown): { receipt: ReceiptKey; plan: UploadPlan } {
  const receipt = isObject(answer) ? answer['receipt'] : undefined;
  const upload = isObject(answer) ? answer['upload'] : undefined;
  if (!isObject(receipt) || typeof receipt['url'] !== 'string') throw strange('a receipt');
  const key = readReceiptAddress(receipt['url'].slice(receipt['url'].indexOf('#')));
  if (!key) throw strange('a receipt');
  return { receipt: key, plan: readPlan(upload) };
}

export function readPlan(upload: unknown): UploadPlan {
  if (!isObject(upload)) throw strange('an address to send to');
  if (typeof upload['url'] === 'string') return { kind: 'single', url: upload['url'] };
  const { partBytes, partCount, arrived } = upload;
  if (typeof partBytes !== 'number' || typeof partCount !== 'number' || !(partBytes > 0)) throw strange('parts');
  return {
    kind: 'parts',
    partBytes,
    partCount,
    arrived: (Array.isArray(arrived) ? arrived : []).flatMap((part: unknown) =>
      isObject(part) && typeof part['partNumber'] === 'number' && typeof part['sizeBytes'] === 'number'
        ? [{ partNumber: part['partNumber'], sizeBytes: part['sizeBytes'] }]
        : [],
    ),
  };
}

const pathOf = (key: ReceiptKey): string => `/api/receipts/${key.slug}/${key.id}`;
const withSecret = (key: ReceiptKey, signal?: AbortSignal): { bearer: string; signal?: AbortSignal } => ({
  bearer: key.secret,
  ...(signal ? { signal } : {}),
});

/** The plan afresh, with what has arrived: how an upload resumes. */
export async function planAgain(key: ReceiptKey, signal?: AbortSignal): Promise<UploadPlan> {
  return call('GET', `${pathOf(key)}/upload`, readPlan, withSecret(key, signal));
}

/** Signed addresses of parts. */
export async function signParts(
  key: ReceiptKey,
  partNumbers: readonly number[],
  signal?: AbortSignal,
): Promise<Map<number, string>> {
  const read = (answer: unknown): Map<number, string> => {
    const parts = isObject(answer) && Array.isArray(answer['parts']) ? (answer['parts'] as unknown[]) : [];
    const urls = new Map<number, string>();
    for (const part of parts) {
      if (isObject(part) && typeof part['partNumber'] === 'number' && typeof part['url'] === 'string') {
        urls.set(part['partNumber'], part['url']);
      }
    }
    return urls;
  };
  return call('POST', `${pathOf(key)}/parts`, read, { ...withSecret(key, signal), body: { partNumbers } });
}

export async function complete(key: ReceiptKey, signal?: AbortSignal): Promise<void> {
  await call('POST', `${pathOf(key)}/complete`, ignore, { ...withSecret(key, signal), body: {} });
}

/** A receipt of a note has no states to follow. */
export async function lookUp(key: ReceiptKey, signal?: AbortSignal): Promise<Followed | { readonly note: Note }> {
  const read = (answer: unknown): Followed | { readonly note: Note } => {
    // Validated by the hub when it was stored, as below.
    if (isObject(answer) && isObject(answer['note'])) return { note: answer['note'] as Note };
    return readFollowed(answer);
  };
  return call('GET', pathOf(key), read, withSecret(key, signal));
}

export async function follow(key: ReceiptKey, signal?: AbortSignal): Promise<Followed> {
  return call('GET', pathOf(key), readFollowed, withSecret(key, signal));
}

function readFollowed(answer: unknown): Followed {
  if (!isObject(answer) || !isObject(answer['evidence']) || typeof answer['evidence']['state'] !== 'string') {
    throw strange('the state of what was sent');
  }
  // The hub that serves this page validated the record when it stored it.
  const evidence = answer['evidence'] as PublicEvidence;
  const url = typeof answer['url'] === 'string' ? answer['url'] : '';
  return { evidence, url, comparable: answer['comparable'] === true };
}

/** Asks what grew between files of which one holds the receipts; answers the comparison, which is on its way then. */
export async function compareSent(key: ReceiptKey, others: readonly ReceiptKey[]): Promise<Followed> {
  const body = { others: others.map(({ id, secret }) => ({ id, secret })) };
  return call('POST', `${pathOf(key)}/comparisons`, readFollowed, { ...withSecret(key), body });
}

export async function withdraw(key: ReceiptKey): Promise<void> {
  await call('DELETE', pathOf(key), ignore, withSecret(key));
}

function strange(what: string): AppError {
  return new AppError(
    'unavailable',
    `The hub answered without ${what}. Reload the page: it may have been updated since.`,
  );
}
