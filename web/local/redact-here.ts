import type { RedactionReport } from '../../functions/analysis/redact/report.ts';
import { askWorker, type HereOptions } from './ask-worker.ts';
import type { RedactionChoices } from './protocol.ts';

export interface RedactedCopy {
  /** Can be downloaded or sent like any other file. */
  readonly file: File;
  readonly report: RedactionReport;
}

/** The formats that can be redacted, as recognition names them. */
export const REDACTABLE_FORMATS: ReadonlySet<string> = new Set(['v8-heapsnapshot', 'hprof']);

/** A copy of a heap dump without contents, made in a thread of this browser; nothing is sent. Throws AppError as `askWorker` does. */
export async function redactHere(
  file: File,
  choices: RedactionChoices,
  options: HereOptions = {},
): Promise<RedactedCopy> {
  const question = { ask: 'redact', file, name: file.name, choices } as const;
  const { copy, report } = await askWorker(question, 'redacted', options);
  return { file: new File([copy], redactedName(file.name)), report };
}

/** `heap.heapsnapshot.gz` -> `heap.redacted.heapsnapshot`: the copy is not packed. */
export function redactedName(name: string): string {
  const plain = name.replace(/\.(?:gz|gzip|zst|zstd)$/i, '');
  const dot = plain.lastIndexOf('.');
  return dot > 0 ? `${plain.slice(0, dot)}.redacted${plain.slice(dot)}` : `${plain}.redacted`;
}
