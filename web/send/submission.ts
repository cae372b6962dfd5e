import type { RedactionReport } from '../../functions/analysis/redact/report.ts';
import type { Analysis, Context } from '../../functions/model/analysis.ts';
import type { AppError } from '../../functions/model/error.ts';
import type { ReceiptKey } from '../calls/receipt-address.ts';
import type { Followed } from '../calls/receipts.ts';
import type { Recognised } from '../local/protocol.ts';
import type { PendingUpload } from './pending-uploads.ts';

/** Everything the page knows of one file. Immutable: a change is a new object. */
export interface Submission {
  readonly key: number;
  readonly file: File;
  readonly recognition: Recognition;
  readonly local: LocalAnalysis;
  readonly choice: Choice;
  /** What the file says of itself, with what the person corrected. */
  readonly context: Context;
  /** Fields that the person wrote: the analysis does not overwrite them. */
  readonly touched: ReadonlySet<keyof Context>;
  readonly comment: string;
  /** Of a redacted copy that was made here: what was blanked. */
  readonly redaction?: RedactionReport;
  /** The interrupted upload that this file continues. */
  readonly continues?: PendingUpload;
  /** Why this is not the file of an interrupted upload that has its name. */
  readonly notContinuing?: string;
  readonly transfer: Transfer;
}

/** `file`: the bytes, for maintainers only. `report`: the analysis made here; the bytes stay. */
export type Choice = 'file' | 'report';

export type Recognition =
  | { readonly state: 'looking' }
  | { readonly state: 'looked'; readonly recognised: Recognised }
  | { readonly state: 'failed'; readonly error: AppError };

export type LocalAnalysis =
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly step: string; readonly done: number }
  | { readonly state: 'done'; readonly analysis: Analysis }
  | { readonly state: 'failed'; readonly error: AppError };

export type Transfer =
  | { readonly state: 'idle' }
  | { readonly state: 'announcing' }
  | ({ readonly state: 'sending'; readonly note?: string } & Amount)
  | ({ readonly state: 'paused' } & Amount)
  /** With a receipt, what has arrived is kept and sending can go on. */
  | { readonly state: 'failed'; readonly error: AppError; readonly receipt?: ReceiptKey }
  | { readonly state: 'sent'; readonly receipt: ReceiptKey; readonly followed?: Followed; readonly trouble?: AppError }
  | { readonly state: 'deleted' };

export interface Amount {
  readonly receipt: ReceiptKey;
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly bytesPerSecond?: number;
  readonly secondsLeft?: number;
  /** By parts: a pause loses at most the parts in flight. */
  readonly byParts: boolean;
}

export interface SendLimits {
  /** The largest file that the hub takes. */
  readonly fileBytes: number;
  /** The largest report. */
  readonly reportBytes: number;
}

/** Below this a file is analysed here before anything is sent. */
export const ANALYSE_AT_ONCE_BYTES = 50_000_000;
/** From here on by parts: a lost connection costs a part and not the file. */
export const PARTS_FROM_BYTES = 64 * 2 ** 20;

export function newSubmission(key: number, file: File): Submission {
  return {
    key,
    file,
    recognition: { state: 'looking' },
    local: { state: 'none' },
    choice: 'file',
    context: {},
    touched: new Set(),
    comment: '',
    transfer: { state: 'idle' },
  };
}

/** Why a file cannot be analysed here, in a sentence; undefined when it can. */
export function whyNotHere({ recognition, local }: Submission): string | undefined {
  if (local.state === 'failed' && local.error.code !== 'aborted') return local.error.message;
  if (recognition.state === 'failed') return recognition.error.message;
  if (recognition.state === 'looked' && !recognition.recognised.format) {
    return `No analyser here reads it; it looks like ${recognition.recognised.looksLike}.`;
  }
  return undefined;
}

/** What must be so before a file can leave; a sentence when it cannot. */
export function whyNotSend({ file, choice, local, recognition }: Submission, limits: SendLimits): string | undefined {
  if (file.size === 0) return 'The file is empty: nothing can be learnt from it.';
  if (choice === 'report') {
    if (local.state === 'done') return undefined;
    return local.state === 'running' ? 'The report is being made.' : 'There is no report yet.';
  }
  if (file.size > limits.fileBytes)
    return 'The file is larger than this hub takes. Analyse it here and send only the report.';
  return recognition.state === 'looking' ? 'The file is being looked at.' : undefined;
}

/** Once it left (or is leaving), what was chosen stays as it was. */
export function isSettled({ transfer }: Submission): boolean {
  return transfer.state !== 'idle' && !(transfer.state === 'failed' && !transfer.receipt);
}

/** What the analysis found fills the fields that nobody wrote. */
export function prefill(submission: Submission, found: Context): Context {
  const kept = Object.entries(submission.context).filter(([name]) => submission.touched.has(name as keyof Context));
  return { ...found, ...Object.fromEntries(kept) };
}
