import { AppError, isAppError } from '../../functions/model/error.ts';

/** The AppError that a promise ends in; anything else fails the test. */
export async function refusal(attempt: Promise<unknown>): Promise<AppError> {
  try {
    await attempt;
  } catch (error) {
    if (isAppError(error)) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
