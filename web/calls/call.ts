import { AppError, type ErrorCode } from '../../functions/model/error.ts';

/** One request to the hub's API. Whatever goes wrong is an AppError: what happened, in words that a page can show. */
export interface CallOptions {
  readonly body?: unknown;
  /** A submit token, or a receipt's secret. Maintainers are known by their cookie. */
  readonly bearer?: string;
  readonly signal?: AbortSignal;
}

export async function call<T>(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  read: (answer: unknown) => T,
  options: CallOptions = {},
): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.bearer) headers['authorization'] = `Bearer ${options.bearer}`;
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (cause) {
    if (options.signal?.aborted) throw new AppError('aborted', 'Cancelled.', { cause });
    throw new AppError('unavailable', 'The hub did not answer. Check the connection and try again.', { cause });
  }
  const text = await response.text();
  if (!response.ok) throw errorOf(response.status, text, response.headers.get('retry-after'));
  return read(text === '' ? undefined : parse(text));
}

/** The error in an answer; its own words when it is the hub's, the status's when something between us answered. */
export function errorOf(status: number, text: string, retryAfter: string | null = null): AppError {
  const answer = parse(text);
  const error = isObject(answer) ? answer['error'] : undefined;
  if (isObject(error) && typeof error['code'] === 'string' && typeof error['message'] === 'string') {
    // A code that this page does not know yet is shown like any other.
    const code = error['code'] as ErrorCode;
    return new AppError(code, error['message'], { data: isObject(error['data']) ? error['data'] : {} });
  }
  const seconds = Number(retryAfter);
  return new AppError(
    CODES[status] ?? (status >= 500 ? 'unavailable' : 'bad-input'),
    `${wordsOf(status)} (HTTP ${status})`,
    {
      data: { status, ...(seconds > 0 ? { retryAfterSeconds: seconds } : {}) },
    },
  );
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  410: 'gone',
  413: 'too-large',
  429: 'rate-limited',
};

function wordsOf(status: number): string {
  if (status === 403) return 'The address to send to was refused: it has expired, or the size differs.';
  if (status === 404) return 'There is nothing at this address.';
  if (status === 413) return 'That is larger than the hub takes.';
  if (status === 429) return 'Too many requests for now. Wait a minute and try again.';
  if (status >= 500) return 'The hub is there, and could not do this now. Try again.';
  return 'The hub refused this.';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** For answers that nobody reads. */
export const ignore = (): void => undefined;
