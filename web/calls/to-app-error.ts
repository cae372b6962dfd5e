import { AppError, isAppError } from '../../functions/model/error.ts';

/** Whatever was thrown, as the one visible error: what browsers throw for files and time limits is put in words. */
export function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error;
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'TimeoutError')
    return new AppError('too-slow', 'Looking into the file took too long.', { cause: error });
  if (name === 'AbortError') return new AppError('aborted', 'Cancelled.', { cause: error });
  if (name === 'NotReadableError' || name === 'NotFoundError') {
    return new AppError('bad-input', 'The file cannot be read any more: it was moved or changed. Add it again.', {
      cause: error,
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new AppError('unavailable', `Something went wrong here (${message}). Nothing was lost; try again.`, {
    cause: error,
  });
}
