import type { RedactionReport } from '../../functions/analysis/redact/report.ts';
import type { PlainError } from './protocol.ts';

/** One dump a worker. */
export interface RedactRequest {
  readonly file: Blob;
  readonly name: string;
  readonly memoryBytes: number;
  readonly blankKeys: boolean;
}

export type RedactAnswer =
  | { readonly say: 'progress'; readonly step: string; readonly done: number }
  | { readonly say: 'redacted'; readonly copy: Blob; readonly report: RedactionReport }
  | { readonly say: 'failed'; readonly error: PlainError };
