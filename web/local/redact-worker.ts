import { DEFAULT_LIMITS } from '../../functions/analysis/analyser.ts';
import { redactDump } from '../../functions/analysis/redact/redact-dump.ts';
import { toPlainError } from './plain-error.ts';
import type { RedactAnswer, RedactRequest } from './redact-protocol.ts';

/** The same redaction as on the command line, in a thread of the browser. Cancelling is terminating it. */
// A worker's global scope is not in the DOM library that the pages are checked with.
const page = globalThis as unknown as {
  postMessage(answer: RedactAnswer): void;
  onmessage: ((event: MessageEvent<RedactRequest>) => void) | null;
};

const PROGRESS_EVERY_MS = 80;

page.onmessage = ({ data }) => {
  redact(data).then(
    (answer) => page.postMessage(answer),
    (error: unknown) => page.postMessage({ say: 'failed', error: toPlainError(error) }),
  );
};

async function redact({ file, name, memoryBytes, blankKeys }: RedactRequest): Promise<RedactAnswer> {
  let lastMs = -Infinity;
  const redaction = await redactDump(
    file,
    name,
    { key: crypto.getRandomValues(new Uint8Array(16)), blankKeys },
    {
      signal: new AbortController().signal,
      limits: { ...DEFAULT_LIMITS, memoryBytes },
      progress(step, done) {
        const nowMs = performance.now();
        if (nowMs - lastMs < PROGRESS_EVERY_MS) return;
        lastMs = nowMs;
        page.postMessage({ say: 'progress', step, done });
      },
    },
  );
  // Browsers keep large Blobs on disk: the copy never stands in memory as a whole.
  const copy = await new Response(redaction.stream as ReadableStream<Uint8Array<ArrayBuffer>>).blob();
  return { say: 'redacted', copy, report: redaction.report() };
}
