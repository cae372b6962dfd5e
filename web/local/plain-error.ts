import { AppError } from '../../functions/model/error.ts';
import type { PlainError } from './protocol.ts';

/** What engines say when an allocation fails: Chromium, Firefox, Safari. */
const OUT_OF_MEMORY =
  /out of memory|allocation failed|invalid (?:typed )?array(?: buffer)? length|allocation size overflow/i;

/** A class does not survive a message between threads; its fields do. */
export function toPlainError(error: unknown): PlainError {
  if (error instanceof AppError) return { code: error.code, message: error.message, data: error.data };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RangeError && OUT_OF_MEMORY.test(message)) return OUT_OF_MEMORY_HERE;
  return { code: 'unknown', message, data: {} };
}

export const OUT_OF_MEMORY_HERE: PlainError = {
  code: 'too-large',
  message:
    'This browser ran out of memory while it read the file. The file is unchanged and nothing was sent. ' +
    'Send the file, or run the analysis with the command line, which may use all the memory of the machine.',
  data: { limit: 'browserMemory' },
};

/** The message of an event that ended the worker: its death, not an answer. */
export function deathOf(message: string): PlainError {
  if (OUT_OF_MEMORY.test(message)) return OUT_OF_MEMORY_HERE;
  return {
    code: 'unknown',
    message: `The analysis in this browser stopped${message ? ` (${message})` : ''}. The file is unchanged and nothing was sent. Send the file, or try again.`,
    data: {},
  };
}

export function fromPlainError(error: PlainError): AppError {
  if (error.code !== 'unknown') return new AppError(error.code, error.message, { data: { ...error.data } });
  return new AppError('unavailable', error.message, { data: { ...error.data } });
}
