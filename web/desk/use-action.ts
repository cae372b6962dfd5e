import { useState } from 'preact/hooks';
import type { AppError } from '../../functions/model/error.ts';
import { toAppError } from '../calls/to-app-error.ts';

/** One request at a time from one place of a page, with its error kept until the next try. */
export function useAction(): {
  readonly run: (task: () => Promise<unknown>) => Promise<boolean>;
  readonly isBusy: boolean;
  readonly error: AppError | undefined;
  readonly dismiss: () => void;
} {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();
  return {
    isBusy,
    error,
    dismiss: () => setError(undefined),
    async run(task) {
      if (isBusy) return false;
      setBusy(true);
      setError(undefined);
      try {
        await task();
        return true;
      } catch (failure) {
        setError(toAppError(failure));
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
