import { AppError } from '../../functions/model/error.ts';
import { errorOf } from '../calls/call.ts';

/** One PUT of a slice of a file to a signed address. A port: tests in Node have no XMLHttpRequest. */
export type Put = (
  url: string,
  body: Blob,
  options: { readonly signal: AbortSignal; readonly onProgress: (sentBytes: number) => void },
) => Promise<void>;

/** By XMLHttpRequest: `fetch` does not tell how much has left. */
export const putByXhr: Put = (url, body, { signal, onProgress }) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new AppError('aborted', 'Stopped.'));
      return;
    }
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    const end = (finish: () => void) => (): void => {
      signal.removeEventListener('abort', abort);
      finish();
    };
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = end(() => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(errorOf(request.status, request.responseText, request.getResponseHeader('retry-after')));
    });
    request.onerror = end(() =>
      reject(new AppError('unavailable', 'The connection was lost while sending, or the file changed on the disk.')),
    );
    request.onabort = end(() => reject(new AppError('aborted', 'Stopped.')));
    signal.addEventListener('abort', abort, { once: true });
    request.open('PUT', url);
    request.send(body);
  });
