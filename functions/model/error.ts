/**
 * The one visible error. A message says what was wrong, where (byte, line, field) and what to do.
 * Anything else that is thrown is a bug or an outage: it is logged, retried and never shown as is.
 */
export type ErrorCode =
  | 'bad-input' // a field or a file that does not say what it must
  | 'unrecognised' // evidence in a format that Casebook does not read
  | 'unsupported' // a format that is known and not read; the message says how to export one that is
  | 'corrupt' // the right format, damaged beyond any useful part
  | 'too-large' // beyond a limit; data.limit names it
  | 'too-slow' // the time budget of an analysis is spent
  | 'aborted' // somebody cancelled
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict' // somebody else changed the record; data.current holds it
  | 'gone' // expired, or deleted by its submitter
  | 'rate-limited' // data.retryAfterSeconds
  | 'unavailable'; // a part the request needs is down; try again

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: { data?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.data = options.data ?? {};
  }

  toJSON(): { error: { code: ErrorCode; message: string; data: Readonly<Record<string, unknown>> } } {
    return { error: { code: this.code, message: this.message, data: this.data } };
  }
}

export function isAppError(error: unknown): error is AppError {
  return error instanceof AppError;
}
