import type { AppError } from '../../functions/model/error.ts';
import type { ReceiptKey } from '../calls/receipt-address.ts';
import { announce, withdraw, type UploadPlan } from '../calls/receipts.ts';
import { markFile } from './file-mark.ts';
import { followReceipt } from './follow-receipt.ts';
import { forgetReceipt, keepReceipt, keptReceipts } from './kept-receipts.ts';
import { forgetUpload, pendingUploads, rememberUpload } from './pending-uploads.ts';
import { Turns } from '../local/turns.ts';
import type { Put } from './put.ts';
import { makeReport } from './report.ts';
import { Speed } from './speed.ts';
import { PARTS_FROM_BYTES, type SendLimits, type Submission, type Transfer } from './submission.ts';
import { toAppError } from '../calls/to-app-error.ts';
import { upload } from './upload.ts';

/** Brings files to the hub: announces, uploads, pauses, goes on, follows. One state a file; the rows show it. */
export interface TransfersOptions {
  readonly slug: string;
  readonly token: string;
  readonly limits: SendLimits;
  readonly put: Put;
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'>;
  readonly followEveryMs?: number;
  readonly read: (key: number) => Submission | undefined;
  readonly write: (key: number, transfer: Transfer) => void;
}

/** Progress more often than this is only noise to read. */
const TELL_EVERY_MS = 200;
const FOLLOW_EVERY_MS = 2000;
/** Files that are sent at once; each by up to three connections. */
const AT_ONCE = 2;

export class Transfers {
  readonly #options: TransfersOptions;
  readonly #sending = new Map<number, AbortController>();
  /** What is sent: the file, or the report, which must stay the same when it is sent on. */
  readonly #bodies = new Map<number, Blob>();
  readonly #turns = new Turns(AT_ONCE);
  #following = 0;

  constructor(options: TransfersOptions) {
    this.#options = options;
  }

  /** Sends, or continues what was interrupted. */
  async send(key: number): Promise<void> {
    const submission = this.#options.read(key);
    if (!submission || this.#sending.has(key)) return;
    const controller = new AbortController();
    this.#sending.set(key, controller);
    let receipt = receiptOf(submission);
    try {
      const body = this.#bodies.get(key) ?? this.#bodyOf(submission);
      this.#bodies.set(key, body);
      if (!receipt) this.#options.write(key, { state: 'announcing' });
      const arrived = await this.#turns.take(async () => {
        let plan: UploadPlan | undefined;
        if (!receipt) ({ receipt, plan } = await this.#announce(submission, body, controller.signal));
        await this.#upload(key, body, receipt, plan, controller.signal);
        return receipt;
      }, controller.signal);
      this.#sending.delete(key);
      await this.#follow(key, arrived);
    } catch (error) {
      // Paused and sent on meanwhile: the state is another run's.
      if (this.#sending.get(key) !== controller) return;
      this.#sending.delete(key);
      this.#stopped(key, toAppError(error), receipt);
    }
  }

  pause(key: number): void {
    const transfer = this.#options.read(key)?.transfer;
    if (transfer?.state !== 'sending') return;
    this.#end(key);
    const { receipt, sentBytes, totalBytes, byParts } = transfer;
    this.#options.write(key, { state: 'paused', receipt, sentBytes, totalBytes, byParts });
  }

  /** Stops for good: what has arrived is deleted. */
  async withdraw(key: number): Promise<void> {
    const submission = this.#options.read(key);
    const receipt = submission && receiptOf(submission);
    this.#end(key);
    if (!receipt) {
      this.#options.write(key, { state: 'idle' });
      return;
    }
    await withdraw(receipt);
    forgetUpload(pendingUploads(this.#options.storage), receipt.id);
    forgetReceipt(keptReceipts(this.#options.storage), receipt.id);
    this.#options.write(key, { state: 'deleted' });
  }

  #end(key: number): void {
    this.#sending.get(key)?.abort();
    this.#sending.delete(key);
  }

  #bodyOf(submission: Submission): Blob {
    if (submission.choice === 'file' || submission.local.state !== 'done') return submission.file;
    return makeReport(submission.local.analysis, submission.context, this.#options.limits.reportBytes).body;
  }

  async #announce(
    submission: Submission,
    body: Blob,
    signal: AbortSignal,
  ): Promise<{ receipt: ReceiptKey; plan: UploadPlan }> {
    const { slug, token, storage } = this.#options;
    const { file, choice, context, comment } = submission;
    const parts = body.size >= PARTS_FROM_BYTES;
    const announcement = { name: file.name, sizeBytes: body.size, kind: choice, context, comment, parts };
    const announced = await announce(slug, token, announcement, signal);
    keepReceipt(keptReceipts(storage), { ...announced.receipt, name: file.name, sentAtMs: Date.now() });
    if (choice === 'file') {
      rememberUpload(pendingUploads(storage), {
        ...announced.receipt,
        name: file.name,
        sizeBytes: file.size,
        lastModifiedMs: file.lastModified,
        mark: await markFile(file),
        begunAtMs: Date.now(),
      });
    }
    return announced;
  }

  async #upload(
    key: number,
    body: Blob,
    receipt: ReceiptKey,
    plan: UploadPlan | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { put, storage } = this.#options;
    const speed = new Speed();
    const totalBytes = body.size;
    const byParts = totalBytes >= PARTS_FROM_BYTES;
    let toldMs = -Infinity;
    const tell = (sentBytes: number, note?: string): void => {
      if (signal.aborted) return;
      const bytesPerSecond = speed.bytesPerSecond();
      const secondsLeft = speed.secondsLeft(totalBytes);
      const amount = { receipt, sentBytes, totalBytes, byParts, ...(note === undefined ? {} : { note }) };
      this.#options.write(key, { state: 'sending', ...amount, bytesPerSecond, secondsLeft });
    };
    let lastBytes = 0;
    let later: ReturnType<typeof setTimeout> | undefined;
    const tellLast = (): void => {
      clearTimeout(later);
      later = undefined;
      toldMs = performance.now();
      speed.add(toldMs, lastBytes);
      tell(lastBytes);
    };
    tell(0);
    try {
      await upload(body, receipt, plan, {
        put,
        signal,
        onProgress: (sentBytes) => {
          lastBytes = sentBytes;
          const waitMs = toldMs + TELL_EVERY_MS - performance.now();
          if (waitMs <= 0 || sentBytes >= totalBytes) tellLast();
          // The line may stand still now, and what has left before is to be seen.
          else later ??= setTimeout(tellLast, waitMs);
        },
        onRetry: (error, waitMs) => tell(lastBytes, `${error.message} Trying again in ${Math.ceil(waitMs / 1000)} s.`),
      });
    } finally {
      clearTimeout(later);
    }
    forgetUpload(pendingUploads(storage), receipt.id);
  }

  async #follow(key: number, receipt: ReceiptKey): Promise<void> {
    const { followEveryMs = FOLLOW_EVERY_MS } = this.#options;
    this.#options.write(key, { state: 'sent', receipt });
    this.#following += 1;
    await followReceipt(receipt, {
      // A folder of 200 files must not ask a hundred times a second.
      everyMs: followEveryMs * Math.ceil(this.#following / 4),
      isWanted: () => this.#options.read(key)?.transfer.state === 'sent',
      onState: (followed) => this.#options.write(key, { state: 'sent', receipt, followed }),
      onTrouble: (trouble) => this.#options.write(key, { state: 'sent', receipt, trouble }),
    });
    this.#following -= 1;
  }

  #stopped(key: number, error: AppError, receipt: ReceiptKey | undefined): void {
    if (error.code === 'aborted' && !receipt) {
      this.#options.write(key, { state: 'idle' });
      return;
    }
    // An announcement that is gone (expired, deleted) cannot be continued: the next try starts anew.
    const lost = error.code === 'gone' || error.code === 'not-found';
    if (lost && receipt) forgetUpload(pendingUploads(this.#options.storage), receipt.id);
    this.#options.write(key, { state: 'failed', error, ...(receipt && !lost ? { receipt } : {}) });
  }
}

function receiptOf({ transfer, continues, choice }: Submission): ReceiptKey | undefined {
  if ('receipt' in transfer && transfer.receipt) return transfer.receipt;
  const untried = transfer.state === 'idle' || transfer.state === 'announcing';
  return choice === 'file' && untried ? continues : undefined;
}
