import type { RedactionReport, RedactOptions } from '../../functions/analysis/redact/report.ts';
import type { Analysis } from '../../functions/model/analysis.ts';
import type { ErrorCode } from '../../functions/model/error.ts';

/** What the page and its worker say to each other: one question a worker, then answers until the last or `failed`. */
export type Question =
  | { readonly ask: 'recognise' | 'analyse'; readonly file: Blob; readonly name: string }
  /** Oldest first. */
  | { readonly ask: 'compare'; readonly files: readonly { readonly name: string; readonly source: Blob }[] }
  | { readonly ask: 'redact'; readonly file: Blob; readonly name: string; readonly choices: RedactionChoices };

export type Request = Question & { readonly memoryBytes: number };

/** What a person may choose of a redaction. */
export type RedactionChoices = Omit<RedactOptions, 'key'>;

/** What the first bytes say. Without a format, nothing here reads it. */
export interface Recognised {
  readonly format?: string;
  /** What a person calls the format. */
  readonly title?: string;
  /** Files of this format can be compared. */
  readonly compares?: boolean;
  readonly looksLike: string;
}

/** An AppError as it crosses between threads. `unknown` is a bug or an exhausted machine. */
export interface PlainError {
  readonly code: ErrorCode | 'unknown';
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The last word of a worker that succeeded. */
export type Answer =
  | { readonly say: 'recognised'; readonly recognised: Recognised }
  | { readonly say: 'analysed'; readonly analysis: Analysis }
  | { readonly say: 'redacted'; readonly copy: Blob; readonly report: RedactionReport };

export type Message =
  | Answer
  | { readonly say: 'progress'; readonly step: string; readonly done: number }
  | { readonly say: 'failed'; readonly error: PlainError };
