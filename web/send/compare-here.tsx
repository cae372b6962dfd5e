import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { toAppError } from '../calls/to-app-error.ts';
import { compareHere } from '../local/analyse-here.ts';
import { AnalysisResult } from './analysis-result.tsx';
import type { LocalAnalysis, Submission } from './submission.ts';

/** Files of one format that were chosen: they can be compared in this browser, before or without sending any. */
export function CompareHere({ all }: { readonly all: readonly Submission[] }): VNode | null {
  const [made, setMade] = useState<LocalAnalysis>({ state: 'none' });
  const cancel = useRef<AbortController | undefined>(undefined);
  const files = comparableHere(all);
  const which = files.map(({ key }) => key).join();
  // Other files: the answer was to another question.
  useEffect(() => {
    setMade({ state: 'none' });
    return () => cancel.current?.abort();
  }, [which]);
  if (files.length < 2) return null;
  const start = async (): Promise<void> => {
    const controller = (cancel.current = new AbortController());
    const { signal } = controller;
    const say = (next: LocalAnalysis): void => {
      if (cancel.current === controller && !signal.aborted) setMade(next);
    };
    say({ state: 'running', step: 'reading', done: 0 });
    try {
      const onProgress = (step: string, done: number): void => say({ state: 'running', step, done });
      const inOrder = files.map(({ file }) => file);
      say({ state: 'done', analysis: await compareHere(inOrder, { signal, onProgress }) });
    } catch (error) {
      say({ state: 'failed', error: toAppError(error) });
    }
  };
  return (
    <section class="card stack-tight" aria-labelledby="compare-here-title">
      <h2 id="compare-here-title">Compare</h2>
      <p class="quiet">Oldest first: {files.map(({ file }) => file.name).join(', ')}. Nothing is sent for it.</p>
      {made.state === 'running' ? (
        <>
          <p role="status">Comparing here: {made.step}</p>
          <progress max={1} value={made.done} aria-label="Comparison" />
        </>
      ) : (
        <p>
          <button type="button" class="button small" onClick={() => void start()}>
            Compare these {files.length === 2 ? 'two' : files.length} here
          </button>
        </p>
      )}
      {made.state === 'done' && <AnalysisResult analysis={made.analysis} idPrefix="comparison" isOpen />}
      {made.state === 'failed' && (
        <p class="notice warning" role="alert">
          <strong>They could not be compared here.</strong> {made.error.message}
        </p>
      )}
    </section>
  );
}

/** The largest set of one format that compares, oldest first by what the files say of themselves, else by their dates. */
export function comparableHere(all: readonly Submission[]): Submission[] {
  const byFormat = new Map<string, Submission[]>();
  for (const one of all) {
    const { recognition } = one;
    if (recognition.state !== 'looked' || !recognition.recognised.compares) continue;
    const format = recognition.recognised.format ?? '';
    byFormat.set(format, [...(byFormat.get(format) ?? []), one]);
  }
  const [most = []] = [...byFormat.values()].sort((a, b) => b.length - a.length);
  const moment = ({ context, file }: Submission): number => context.capturedAtMs ?? file.lastModified;
  return most.toSorted((a, b) => moment(a) - moment(b) || a.key - b.key);
}
