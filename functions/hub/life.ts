import { AppError, isAppError } from '../model/error.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Deps } from './deps.ts';
import { changeEvidence } from './evidence-record.ts';

const WRITE_EVERY_MS = 2000;
const BEAT_EVERY_MS = 30_000;

/** The signs of life of one attempt: progress in the record, the heartbeat of its message, and the end of its time. */
export interface Life {
  readonly signal: AbortSignal;
  progress(step: string, done: number): void;
  /** The work, or the reason why it must end: an analyser that ignores its signal holds nobody up. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Waits for the last write, so that none follows the state that ends the attempt. */
  end(): Promise<void>;
}

export function startLife(deps: Deps, evidence: Evidence, heartbeat: () => Promise<void>): Life {
  const { slug, id } = evidence;
  const controller = new AbortController();
  let latest = { step: 'starting', done: 0 };
  let writing: Promise<void> = Promise.resolve();
  let busy = false;
  let ended = false;
  let nextWriteMs = 0;

  async function write(): Promise<void> {
    const { record } = await changeEvidence(deps, slug, id, (current) =>
      current.state === 'analysing' && current.etag === evidence.etag && current.attempts === evidence.attempts
        ? { next: { ...current, progress: { ...latest, atMs: deps.now() } } }
        : undefined,
    );
    if (record.state === 'analysing' && record.attempts === evidence.attempts && record.etag === evidence.etag) return;
    controller.abort(new AppError('aborted', 'this attempt is not the one that counts any more'));
  }

  function schedule(): void {
    if (busy || ended) return;
    busy = true;
    writing = write()
      .catch((error: unknown) => deps.log.warn('progress was not written', { slug, id, message: String(error) }))
      .finally(() => (busy = false));
  }

  function beat(): void {
    schedule();
    heartbeat().catch((error: unknown) => {
      // Somebody else has the message now: theirs is the attempt that counts.
      if (isAppError(error) && error.code === 'gone') {
        controller.abort(new AppError('aborted', 'the delivery of this job is void'));
      } else deps.log.warn('a heartbeat failed', { slug, id, message: String(error) });
    });
  }

  const beats = setInterval(beat, BEAT_EVERY_MS);
  const timeout = setTimeout(() => {
    const minutes = Math.round(deps.config.analyseTimeoutMs / 6000) / 10;
    const message = `the analysis took longer than ${minutes} min (analyseTimeoutMs): send a smaller capture, or analyse it on your machine and send only the report`;
    controller.abort(new AppError('too-slow', message, { data: { limit: 'analyseTimeoutMs' } }));
  }, deps.config.analyseTimeoutMs);
  const aborted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error));
  });
  aborted.catch(() => undefined);

  return {
    signal: controller.signal,
    progress(step, done) {
      latest = { step: step.trim().slice(0, 300) || 'analysing', done: Math.min(1, Math.max(0, done || 0)) };
      if (deps.now() < nextWriteMs) return;
      nextWriteMs = deps.now() + WRITE_EVERY_MS;
      schedule();
    },
    race: (work) => Promise.race([work, aborted]),
    async end() {
      ended = true;
      clearInterval(beats);
      clearTimeout(timeout);
      await writing;
    },
  };
}
