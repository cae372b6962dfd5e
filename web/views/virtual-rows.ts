import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface RowWindow<E extends HTMLElement> {
  readonly scroller: RefObject<E | null>;
  readonly from: number;
  readonly to: number;
}

const OVERSCAN = 12;

/** Which rows of equal height are near the window of a scrolling element. Before script: the first `atFirst`. */
export function useRowWindow<E extends HTMLElement>(count: number, rowPx: number, atFirst: number): RowWindow<E> {
  const scroller = useRef<E>(null);
  const [range, setRange] = useState<readonly [number, number]>([0, Math.min(count, atFirst)]);
  // Before the next paint and the next key: a row that one steps to must be there to take the focus.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let frame = 0;
    const measure = (): void => {
      frame = 0;
      const from = Math.max(0, Math.floor(element.scrollTop / rowPx) - OVERSCAN);
      const to = Math.min(count, Math.ceil((element.scrollTop + element.clientHeight) / rowPx) + OVERSCAN);
      setRange((old) => (old[0] === from && old[1] === to ? old : [from, to]));
    };
    const soon = (): void => {
      if (frame === 0) frame = requestAnimationFrame(measure);
    };
    measure();
    element.addEventListener('scroll', soon, { passive: true });
    const watch = new ResizeObserver(soon);
    watch.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener('scroll', soon);
      watch.disconnect();
    };
  }, [count, rowPx]);
  return { scroller, from: Math.min(range[0], count), to: Math.min(range[1], count) };
}
