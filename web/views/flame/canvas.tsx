import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { FlameView } from '../../../functions/model/view.ts';
import { type FlameLayout, hitFlame, hueOf } from '../../draw/flame-layout.ts';
import { formatNumber, formatQuantity, plural } from '../../draw/format.ts';
import { FLAME_ROW_PX, inkOf, paintFlame } from './paint.ts';
import { findFrames } from './summary.ts';
import { stepInFlame } from './step.ts';

export interface FlameCanvasProps {
  readonly view: FlameView;
  readonly layout: FlameLayout;
  /** What a cell is. */
  readonly thing?: string;
  readonly mostPx?: number;
  readonly hue?: (label: string) => number;
  /** A cell was clicked, or chosen by Enter. */
  readonly onChoose?: (node: number) => void;
}

/** The icicle itself: click or Enter zooms, Escape goes back, arrows walk, typing in the field highlights. */
export function FlameCanvas({
  view,
  layout,
  thing = 'frame',
  mostPx = 520,
  hue = hueOf,
  onChoose,
}: FlameCanvasProps): VNode {
  const scroller = useRef<HTMLDivElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [text, setText] = useState('');
  const [root, setRoot] = useState(-1);
  const [active, setActive] = useState(-1);
  const [, setSize] = useState(0);
  const search = useMemo(
    () => (text.trim() === '' ? undefined : findFrames(view, layout, text.trim())),
    [view, layout, text],
  );
  const zoom: readonly [number, number] = root < 0 ? [0, 1] : [layout.x0[root] ?? 0, layout.x1[root] ?? 1];

  const paint = (): void => {
    const [element, holder] = [canvas.current, scroller.current];
    const context = element?.getContext('2d');
    if (!element || !holder || !context) return;
    const [width, height] = [holder.clientWidth, holder.clientHeight];
    const ratio = window.devicePixelRatio;
    if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
      element.width = Math.round(width * ratio);
      element.height = Math.round(height * ratio);
      element.style.width = `${width}px`;
      element.style.height = `${height}px`;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintFlame(
      context,
      view,
      layout,
      { zoom, active, found: search?.found, scrollTop: holder.scrollTop, width, height, hueOf: hue },
      inkOf(element),
    );
  };
  useEffect(() => {
    if (spacer.current && scroller.current) {
      const whole = layout.rows * FLAME_ROW_PX;
      scroller.current.style.height = `${Math.min(whole, mostPx)}px`;
      spacer.current.style.height = `${whole}px`;
    }
  }, [layout, mostPx]);
  useEffect(() => {
    paint();
    const holder = scroller.current;
    if (!holder) return;
    holder.addEventListener('scroll', paint, { passive: true });
    return () => holder.removeEventListener('scroll', paint);
  });
  useEffect(() => {
    const again = (): void => setSize((n) => n + 1);
    const watch = new ResizeObserver(again);
    if (scroller.current) watch.observe(scroller.current);
    const theme = matchMedia('(prefers-color-scheme: dark)');
    theme.addEventListener('change', again);
    return () => {
      watch.disconnect();
      theme.removeEventListener('change', again);
    };
  }, []);

  const nodeAt = (event: PointerEvent | MouseEvent): number => {
    const holder = scroller.current;
    if (!holder) return -1;
    const box = holder.getBoundingClientRect();
    const across = zoom[0] + ((event.clientX - box.left) / holder.clientWidth) * (zoom[1] - zoom[0]);
    return hitFlame(layout, across, Math.floor((event.clientY - box.top + holder.scrollTop) / FLAME_ROW_PX));
  };
  const choose = (node: number): void => {
    setRoot(node);
    if (node >= 0) onChoose?.(node);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && active >= 0) choose(active);
    else if (event.key === 'Escape') setRoot(root < 0 ? -1 : (layout.parent[root] ?? -1));
    else {
      const next = stepInFlame(event.key, layout, active);
      if (next === undefined) return;
      setActive(next);
    }
    event.preventDefault();
  };
  return (
    <div class="flame">
      <div class="table-tools">
        <label class="unseen" for={`find-${view.name}`}>
          Highlight {thing}s
        </label>
        <input
          id={`find-${view.name}`}
          class="input"
          type="search"
          placeholder={`Highlight ${thing}s`}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <span role="status">
          {search && `${plural(search.count, thing)}, ${formatNumber(search.share * 100)}\u202f% of the whole`}
        </span>
        {root >= 0 && (
          <button type="button" class="button small" onClick={() => setRoot(-1)}>
            Show all
          </button>
        )}
      </div>
      <div
        ref={scroller}
        class="flame-scroll"
        role="application"
        aria-label={`${view.title ?? view.name}: arrow keys walk the ${thing}s, Enter zooms, Escape goes back. The table below says the same.`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setActive(nodeAt(event))}
        onPointerLeave={() => setActive(-1)}
        onClick={(event) => choose(nodeAt(event))}
      >
        <canvas ref={canvas} />
        <div ref={spacer} class="flame-spacer" />
      </div>
      <p class="flame-said" aria-live="polite">
        {active >= 0 ? (
          <FrameWords view={view} layout={layout} node={active} />
        ) : (
          `Point at a cell: its ${thing} is named here. Click zooms in.`
        )}
      </p>
    </div>
  );
}

function FrameWords({ view, layout, node }: { view: FlameView; layout: FlameLayout; node: number }): VNode {
  const total = view.totals[node] ?? 0;
  const share = layout.total > 0 ? (total / layout.total) * 100 : 0;
  return (
    <>
      <code>{view.frames[view.frameOf[node] ?? -1] ?? '?'}</code> {formatQuantity(total, view.unit)},{' '}
      {formatNumber(share)}
      {'\u202f'}%; own {formatQuantity(layout.self[node] ?? 0, view.unit)}
    </>
  );
}
