import { DEFAULT_LIMITS, type Run } from '../../functions/analysis/analyser.ts';
import { compareSources } from '../../functions/analysis/compare.ts';
import { analyse, detectFormat } from '../../functions/analysis/run.ts';
import type { Answer, Message, Question, Request } from './protocol.ts';
import { toPlainError } from './plain-error.ts';

/** The same analysers and redactors as in the cloud, in a thread of the browser. */
// A worker's global scope is not in the DOM library that the pages are checked with.
const page = globalThis as unknown as {
  postMessage(message: Message): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
};

/** A frame of a page: more often than this, nobody sees progress. */
const PROGRESS_EVERY_MS = 80;

page.onmessage = ({ data }) => {
  answer(data, runOf(data)).then(
    (said) => page.postMessage(said),
    (error: unknown) => page.postMessage({ say: 'failed', error: toPlainError(error) }),
  );
};

async function answer(question: Question, run: Run): Promise<Answer> {
  switch (question.ask) {
    case 'analyse':
      return { say: 'analysed', analysis: await analyse(question.file, question.name, run) };
    case 'compare':
      return { say: 'analysed', analysis: await compareSources(question.files, run) };
    case 'recognise': {
      const { analyser, looksLike } = await detectFormat(question.file, question.name, run);
      const known = analyser && {
        format: analyser.format,
        title: analyser.title,
        compares: analyser.compare !== undefined,
      };
      return { say: 'recognised', recognised: { looksLike, ...known } };
    }
    case 'redact': {
      // Loaded by those who want it: 50 KB that recognition needs not wait for.
      const { redactDump } = await import('../../functions/analysis/redact/redact-dump.ts');
      const key = crypto.getRandomValues(new Uint8Array(16));
      const redaction = await redactDump(question.file, question.name, { ...question.choices, key }, run);
      // Browsers keep large Blobs on disk: the copy never stands in memory as a whole.
      const copy = await new Response(redaction.stream as ReadableStream<Uint8Array<ArrayBuffer>>).blob();
      return { say: 'redacted', copy, report: redaction.report() };
    }
  }
}

function runOf({ memoryBytes }: Request): Run {
  let lastMs = -Infinity;
  return {
    signal: new AbortController().signal,
    limits: { ...DEFAULT_LIMITS, memoryBytes },
    progress(step, done) {
      const nowMs = performance.now();
      if (nowMs - lastMs < PROGRESS_EVERY_MS) return;
      lastMs = nowMs;
      page.postMessage({ say: 'progress', step, done });
    },
  };
}
