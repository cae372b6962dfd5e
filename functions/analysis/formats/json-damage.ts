import { type AppError, isAppError } from '../../model/error.ts';
import type { JsonTokens } from '../bytes/json-tokens.ts';
import { percentOf } from './percent.ts';

/** What breaks a document off; a run that was cancelled is none. */
export function isDamage(error: unknown): error is AppError {
  return isAppError(error) && error.code !== 'aborted';
}

/**
 * Reads a document as far as it goes, and answers the warning that says where that was, undefined where it was the end. What damaged it is thrown
 * where nothing was found before.
 */
export async function readToDamage(
  tokens: JsonTokens,
  sizeBytes: number,
  read: () => Promise<void>,
  hasFound: () => boolean,
): Promise<string | undefined> {
  const { window } = tokens;
  try {
    await read();
  } catch (error) {
    if (!isDamage(error) || !hasFound()) throw error;
    return `${error.message}; what stood before it was read (${percentOf(window.offset, sizeBytes)})`;
  }
  if (!tokens.truncated) return undefined;
  return `truncated: the JSON ends at byte ${window.base + window.end} inside of a value; what stood before it was read`;
}
