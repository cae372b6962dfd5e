import type { RedactionReport } from '../../functions/analysis/redact/report.ts';
import { AppError } from '../../functions/model/error.ts';
import { memoryBudgetBytes, type HereOptions } from './analyse-here.ts';
import { deathOf, fromPlainError } from './plain-error.ts';
import type { RedactAnswer, RedactRequest } from './redact-protocol.ts';

export interface RedactedCopy {
  /** Can be downloaded or sent like any other file. */
  readonly file: File;
  readonly report: RedactionReport;
}

/** The formats that can be redacted, as recognition names them. */
export const REDACTABLE_FORMATS: ReadonlySet<string> = new Set(['v8-heapsnapshot', 'hprof']);

/**
 * A copy of a heap dump without contents, made in a thread of this browser; nothing is sent. Throws AppError: what the redaction says,
 * `aborted`, or `too-large` when the browser's memory is not enough.
 */
export function redactHere(
  file: File,
  { onProgress, signal, blankKeys = false }: HereOptions & { readonly blankKeys?: boolean } = {},
): Promise<RedactedCopy> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const worker = new Worker(new URL('./redact-worker.ts', import.meta.url), { type: 'module' });
    const end = (): void => {
      worker.terminate();
      signal?.removeEventListener('abort', abort);
    };
    const abort = (): void => {
      end();
      reject(new AppError('aborted', 'Cancelled. The file is unchanged and nothing was sent.'));
    };
    signal?.addEventListener('abort', abort, { once: true });
    worker.onmessage = ({ data }: MessageEvent<RedactAnswer>) => {
      if (data.say === 'progress') {
        onProgress?.(data.step, data.done);
        return;
      }
      end();
      if (data.say === 'failed') reject(fromPlainError(data.error));
      else resolve({ file: new File([data.copy], redactedName(file.name)), report: data.report });
    };
    worker.onerror = (event) => {
      event.preventDefault();
      end();
      reject(fromPlainError(deathOf(event.message)));
    };
    worker.onmessageerror = () => {
      end();
      reject(fromPlainError(deathOf('its answer could not be read')));
    };
    // Chromium alone has it; the type library leaves it out.
    const { deviceMemory } = navigator as { deviceMemory?: number };
    const request: RedactRequest = {
      file,
      name: file.name,
      memoryBytes: memoryBudgetBytes(deviceMemory),
      blankKeys,
    };
    worker.postMessage(request);
  });
}

/** `heap.heapsnapshot.gz` -> `heap.redacted.heapsnapshot`: the copy is not packed. */
export function redactedName(name: string): string {
  const plain = name.replace(/\.(?:gz|gzip|zst|zstd)$/i, '');
  const dot = plain.lastIndexOf('.');
  return dot > 0 ? `${plain.slice(0, dot)}.redacted${plain.slice(dot)}` : `${plain}.redacted`;
}
