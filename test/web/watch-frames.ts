import type { Page } from 'playwright-core';

/** How a page's own thread fared over a while. */
export interface Watched {
  readonly frames: number;
  /** Those that showed a `<progress>`. */
  readonly framesUnderWay: number;
  readonly longestFrameGapMs: number;
  /** Tasks of 50 ms and more, as the browser counts them. */
  readonly longTasksMs: readonly number[];
  /** What `<progress>` and the words beside it said, in order. */
  readonly steps: readonly { readonly words: string; readonly done: number; readonly atMs: number }[];
}

interface Watch {
  startedMs: number;
  last: number;
  watched: {
    frames: number;
    framesUnderWay: number;
    longestFrameGapMs: number;
    longTasksMs: number[];
    steps: Watched['steps'][number][];
  };
}

/** Counts frames, long tasks and progress from now on. The debugger puts it in: the page's policy has no inline script. */
export async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const now = performance.now();
    const watch: Watch = {
      startedMs: now,
      last: now,
      watched: { frames: 0, framesUnderWay: 0, longestFrameGapMs: 0, longTasksMs: [], steps: [] },
    };
    const known = globalThis as unknown as { watch?: Watch };
    const isFirst = known.watch === undefined;
    known.watch = watch;
    if (!isFirst) return;
    const current = (): Watch => known.watch ?? watch;
    const onFrame = (): void => {
      const it = current();
      const atMs = performance.now();
      it.watched.frames++;
      it.watched.longestFrameGapMs = Math.max(it.watched.longestFrameGapMs, atMs - it.last);
      it.last = atMs;
      const bar = document.querySelector('progress');
      if (bar) it.watched.framesUnderWay++;
      const words = bar?.parentElement?.querySelector('.quiet, [role=status]')?.textContent ?? '';
      const before = it.watched.steps.at(-1);
      if (bar && (before?.words !== words || before.done !== bar.value)) {
        it.watched.steps.push({ words, done: bar.value, atMs: atMs - it.startedMs });
      }
      requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
    new PerformanceObserver((list) => {
      for (const { duration, startTime } of list.getEntries()) {
        const it = current();
        if (startTime >= it.startedMs) it.watched.longTasksMs.push(Math.round(duration));
      }
    }).observe({ type: 'longtask' });
  });
}

export function readFrames(page: Page): Promise<Watched> {
  return page.evaluate(() => (globalThis as unknown as { watch: Watch }).watch.watched);
}
