import { DEFAULT_LIMITS, type Run } from '../../functions/analysis/analyser.ts';
import { compareSources } from '../../functions/analysis/compare.ts';
import { analyse, detectFormat } from '../../functions/analysis/run.ts';
import type { Answer, Request } from './protocol.ts';
import { toPlainError } from './plain-error.ts';

/** The same analysers as in the cloud, in a thread of the browser. Cancelling is terminating it, which also frees its memory. */
// A worker's global scope is not in the DOM library that the pages are checked with.
const page = globalThis as unknown as {
  postMessage(answer: Answer): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
};

/** A frame of a page: more often than this, nobody sees progress. */
const PROGRESS_EVERY_MS = 80;

page.onmessage = (event) => {
  answer(event.data).then(
    (said) => page.postMessage(said),
    (error: unknown) => page.postMessage({ say: 'failed', error: toPlainError(error) }),
  );
};

async function answer(request: Request): Promise<Answer> {
  const run = runOf(request);
  if (request.ask === 'analyse') {
    return { say: 'analysed', analysis: await analyse(request.file, request.name, run) };
  }
  if (request.ask === 'compare') return { say: 'analysed', analysis: await compareSources(request.files, run) };
  const { analyser, looksLike } = await detectFormat(request.file, request.name, run);
  return {
    say: 'recognised',
    recognised: {
      looksLike,
      ...(analyser && { format: analyser.format, title: analyser.title, compares: analyser.compare !== undefined }),
    },
  };
}

function runOf(request: Request): Run {
  let lastMs = -Infinity;
  return {
    signal: new AbortController().signal,
    limits: { ...DEFAULT_LIMITS, memoryBytes: request.memoryBytes },
    progress(step, done) {
      const nowMs = performance.now();
      if (nowMs - lastMs < PROGRESS_EVERY_MS) return;
      lastMs = nowMs;
      page.postMessage({ say: 'progress', step, done });
    },
  };
}
