import { AppError } from '../../functions/model/error.ts';
import type { ReceiptKey } from '../calls/receipt-address.ts';
import { signParts, type UploadPlan } from '../calls/receipts.ts';
import { again, type UploadOptions } from './upload.ts';

/** Three at once fill a line whose round trip is long; more only compete with each other. */
const AT_ONCE = 3;
/** Addresses are signed a few ahead: signed all at once, the last would expire before its turn. */
const SIGN_AHEAD = 6;

/** Sends the parts that have not arrived, three at a time, straight from the file: a part is never held whole by the page. */
export async function uploadParts(
  file: Blob,
  key: ReceiptKey,
  plan: UploadPlan & { kind: 'parts' },
  options: UploadOptions,
): Promise<void> {
  const sizeOf = (part: number): number => Math.min(plan.partBytes, file.size - (part - 1) * plan.partBytes);
  const arrived = new Set(
    plan.arrived.filter((part) => part.sizeBytes === sizeOf(part.partNumber)).map((part) => part.partNumber),
  );
  const missing = Array.from({ length: plan.partCount }, (_, i) => i + 1).filter((part) => !arrived.has(part));
  let arrivedBytes = [...arrived].reduce((sum, part) => sum + sizeOf(part), 0);
  const inFlight = new Map<number, number>();
  const tell = (): void => options.onProgress([...inFlight.values()].reduce((sum, bytes) => sum + bytes, arrivedBytes));
  tell();

  // One failure stops the other two: their error would only hide the first.
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const addressOf = signer(key, missing, signal);
  const sendOne = async (part: number): Promise<void> => {
    const start = (part - 1) * plan.partBytes;
    const body = file.slice(start, start + sizeOf(part));
    await again(
      async () => {
        const onProgress = (sentBytes: number): void => {
          inFlight.set(part, sentBytes);
          tell();
        };
        try {
          await options.put(await addressOf(part), body, { signal, onProgress });
        } finally {
          inFlight.delete(part);
        }
      },
      { ...options, signal },
    );
    arrivedBytes += sizeOf(part);
    tell();
  };
  const next = missing.values();
  const lane = async (): Promise<void> => {
    for (const part of next) await sendOne(part);
  };
  await Promise.all(
    Array.from({ length: AT_ONCE }, () =>
      lane().catch((error: unknown) => {
        stop.abort();
        throw error;
      }),
    ),
  );
}

/** Signed addresses, fetched a few parts ahead. Each is used once, so that another try gets a fresh one. */
function signer(key: ReceiptKey, parts: readonly number[], signal: AbortSignal): (part: number) => Promise<string> {
  const urls = new Map<number, string>();
  let asking: Promise<void> = Promise.resolve();
  const ask = async (part: number): Promise<void> => {
    if (urls.has(part)) return;
    const from = parts.indexOf(part);
    for (const [number, url] of await signParts(key, parts.slice(from, from + SIGN_AHEAD), signal))
      urls.set(number, url);
  };
  return async (part) => {
    // In line: three lanes that start together share one request.
    const asked = asking.then(() => ask(part));
    asking = asked.catch(() => undefined);
    await asked;
    const url = urls.get(part);
    if (url === undefined) throw new AppError('unavailable', `The hub gave no address for part ${part}.`);
    urls.delete(part);
    return url;
  };
}
