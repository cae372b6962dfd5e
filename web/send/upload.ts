import { AppError, isAppError } from '../../functions/model/error.ts';
import type { ReceiptKey } from '../calls/receipt-address.ts';
import { complete, planAgain, type UploadPlan } from '../calls/receipts.ts';
import type { Put } from './put.ts';
import { retry } from './retry.ts';
import { uploadParts } from './upload-parts.ts';

/** What both ways of sending need. `onProgress` says how many bytes of the file are there. */
export interface UploadOptions {
  readonly put: Put;
  readonly signal: AbortSignal;
  readonly onProgress: (sentBytes: number) => void;
  readonly onRetry?: (error: AppError, waitMs: number) => void;
  /** The first wait before another try. */
  readonly firstWaitMs?: number;
}

/** How often an upload whose end is refused (a part is missing) asks what has arrived and sends the rest. */
const ROUNDS = 3;
const HAS_ALL: ReadonlySet<string> = new Set(['received', 'analysing', 'analysed', 'refused']);

/**
 * Sends a file by the plan that the hub gave, and ends when the hub holds all of it. Without a plan it continues: the
 * hub says what has arrived. Throws AppError; what has arrived stays, so the same call may be made again.
 */
export async function upload(
  file: Blob,
  key: ReceiptKey,
  firstPlan: UploadPlan | undefined,
  options: UploadOptions,
): Promise<void> {
  let plan = firstPlan;
  for (let round = 1; ; round++) {
    try {
      plan ??= await again(() => planAgain(key, options.signal), options);
      if (plan.kind === 'single') await uploadWhole(file, plan.url, options);
      else {
        await uploadParts(file, key, plan, options);
        await again(() => complete(key, options.signal), options);
      }
      return;
    } catch (error) {
      if (!isAppError(error)) throw error;
      if (error.code === 'gone' && HAS_ALL.has(String(error.data['state']))) {
        // It was finished, and only the answer that said so was lost.
        options.onProgress(file.size);
        return;
      }
      if ((error.code !== 'forbidden' && error.code !== 'bad-input') || round >= ROUNDS) throw error;
      // An address that expired meanwhile, or a part that got lost: ask what is there, and go on from that.
      plan = undefined;
    }
  }
}

async function uploadWhole(file: Blob, url: string, options: UploadOptions): Promise<void> {
  // A slice has no type, so no Content-Type is sent that the signature does not know.
  const body = file.slice(0, file.size);
  const { signal, onProgress } = options;
  await again(() => options.put(url, body, { signal, onProgress }), options);
  onProgress(file.size);
}

export function again<T>(task: () => Promise<T>, options: UploadOptions): Promise<T> {
  const { signal, onRetry, firstWaitMs } = options;
  return retry(task, { signal, ...(onRetry && { onRetry }), ...(firstWaitMs !== undefined && { firstWaitMs }) });
}
