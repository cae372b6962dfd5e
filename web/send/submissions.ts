import type { Analysis, Context } from '../../functions/model/analysis.ts';
import { toAppError } from '../calls/to-app-error.ts';
import type { HereOptions } from '../local/ask-worker.ts';
import type { RedactedCopy } from '../local/redact-here.ts';
import type { Recognised } from '../local/protocol.ts';
import { markFile } from './file-mark.ts';
import { matchPending, pendingUploads } from './pending-uploads.ts';
import {
  ANALYSE_AT_ONCE_BYTES,
  newSubmission,
  prefill,
  type Choice,
  type SendLimits,
  type Submission,
} from './submission.ts';
import { Transfers } from './transfers.ts';
import type { Put } from './put.ts';

/** What the page's rows stand on: outside of the components, so that it can be driven without a browser. */
export interface SubmissionsOptions {
  readonly slug: string;
  readonly token: string;
  readonly limits: SendLimits;
  readonly put: Put;
  readonly recognise: (file: File, options: HereOptions) => Promise<Recognised>;
  readonly analyse: (file: File, options: HereOptions) => Promise<Analysis>;
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'>;
  readonly followEveryMs?: number;
}

export class Submissions {
  #all: readonly Submission[] = [];
  #nextKey = 1;
  readonly #listeners = new Set<() => void>();
  readonly #running = new Map<number, AbortController>();
  readonly #options: SubmissionsOptions;
  readonly transfers: Transfers;

  constructor(options: SubmissionsOptions) {
    this.#options = options;
    this.transfers = new Transfers({
      ...options,
      read: (key) => this.get(key),
      write: (key, transfer) => this.#patch(key, { transfer }),
    });
  }

  get all(): readonly Submission[] {
    return this.#all;
  }

  get(key: number): Submission | undefined {
    return this.#all.find((submission) => submission.key === key);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A file that is there already (same name, size and time) is not added twice. */
  add(files: readonly File[]): void {
    const isNew = (file: File): boolean =>
      !this.#all.some(
        ({ file: known }) =>
          known.name === file.name && known.size === file.size && known.lastModified === file.lastModified,
      );
    const added = files.filter(isNew).map((file) => newSubmission(this.#nextKey++, file));
    this.#set([...this.#all, ...added]);
    for (const submission of added) void this.#meet(submission);
  }

  remove(key: number): void {
    this.#running.get(key)?.abort();
    this.#running.delete(key);
    this.#set(this.#all.filter((submission) => submission.key !== key));
  }

  /** A redacted copy takes the place of its file; what was written about the file stays. Answers the copy's key. */
  replace(key: number, { file, report }: RedactedCopy): number | undefined {
    const before = this.get(key);
    if (!before) return undefined;
    const { context, touched, comment } = before;
    const copy = { ...newSubmission(this.#nextKey++, file), context, touched, comment, redaction: report };
    this.#set(this.#all.flatMap((one) => (one.key === key ? [copy, one] : [one])));
    this.remove(key);
    void this.#meet(copy);
    return copy.key;
  }

  setContext(key: number, field: keyof Context, value: Context[keyof Context]): void {
    const before = this.get(key);
    if (!before) return;
    const context = { ...before.context, [field]: value };
    this.#patch(key, { context, touched: new Set([...before.touched, field]) });
  }

  setComment(key: number, comment: string): void {
    this.#patch(key, { comment });
  }

  /** Choosing the report starts the analysis where there is none yet. */
  choose(key: number, choice: Choice): void {
    this.#patch(key, { choice });
    const local = this.get(key)?.local;
    if (choice === 'report' && (local?.state === 'none' || local?.state === 'failed')) void this.analyse(key);
  }

  async analyse(key: number): Promise<void> {
    const submission = this.get(key);
    if (!submission || this.#running.has(key)) return;
    const controller = new AbortController();
    this.#running.set(key, controller);
    this.#patch(key, { local: { state: 'running', step: 'waiting for its turn', done: 0 } });
    try {
      const analysis = await this.#options.analyse(submission.file, {
        signal: controller.signal,
        onProgress: (step, done) => this.#patch(key, { local: { state: 'running', step, done } }),
      });
      const now = this.get(key);
      if (now) this.#patch(key, { local: { state: 'done', analysis }, context: prefill(now, analysis.context) });
    } catch (error) {
      this.#patch(key, { local: { state: 'failed', error: toAppError(error) }, choice: 'file' });
    } finally {
      this.#running.delete(key);
    }
  }

  cancelAnalysis(key: number): void {
    this.#running.get(key)?.abort();
  }

  /** First contact: is it an interrupted upload, what is it, and, when it is small, what does it say. */
  async #meet({ key, file }: Submission): Promise<void> {
    const continuing = this.#findPending(key, file);
    try {
      const recognised = await this.#options.recognise(file, {});
      this.#patch(key, { recognition: { state: 'looked', recognised } });
      await continuing;
      if (recognised.format && file.size < ANALYSE_AT_ONCE_BYTES) await this.analyse(key);
    } catch (error) {
      this.#patch(key, { recognition: { state: 'failed', error: toAppError(error) } });
    }
  }

  async #findPending(key: number, file: File): Promise<void> {
    const { slug, storage } = this.#options;
    const pending = pendingUploads(storage)
      .read()
      .filter((upload) => upload.slug === slug);
    if (pending.length === 0) return;
    const match = await markFile(file).then(
      (mark) => matchPending(pending, file, mark),
      () => undefined, // unreadable: recognition says so
    );
    if (match?.kind === 'same') {
      this.#patch(key, { continues: match.pending });
    } else if (match?.kind === 'other') {
      const what = match.differs === 'size' ? 'its size differs' : 'its first bytes differ';
      this.#patch(key, {
        notContinuing: `This is not the file whose upload was interrupted: ${what}. It will be sent as a new one.`,
      });
    }
  }

  #patch(key: number, change: Partial<Submission>): void {
    this.#set(this.#all.map((submission) => (submission.key === key ? { ...submission, ...change } : submission)));
  }

  #set(all: readonly Submission[]): void {
    this.#all = all;
    for (const listener of this.#listeners) listener();
  }
}
