import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ChartView } from '../../../functions/model/view.ts';
import { shapeChart } from '../../draw/chart-shape.ts';
import { ChartSvg } from '../../draw/chart-svg.tsx';
import { nearestIndex } from '../../draw/downsample.ts';
import { formatUtc } from '../../draw/format.ts';
import { useHydrated } from '../../parts/hydrated.ts';
import { Figure, type ViewProps } from '../figure.tsx';
import { ChartNumbers } from './numbers.tsx';
import type { LiveChart } from './live.ts';
import { Legend } from './legend.tsx';

export interface ChartProps extends ViewProps<ChartView> {
  /** A time that is pointed at elsewhere. */
  readonly pointedMs?: number | undefined;
  /** The time of the mark that is nearest to the pointer. */
  readonly onPoint?: (timeMs: number | undefined) => void;
  /** The address of the same chart as a still picture. */
  readonly still?: string;
}

const HEIGHT = 340;

/** A still SVG that needs no script, then the same chart to zoom, toggle and read values from. */
export function Chart({ view, untitled = false, pointedMs, onPoint, still }: ChartProps): VNode {
  const hydrated = useHydrated();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState<number | undefined>(undefined);
  const [zoomed, setZoomed] = useState(false);
  const [live, setLive] = useState(false);
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<LiveChart | undefined>(undefined);
  const shown = useMemo(
    () => ({ ...view, lines: view.lines.filter((line) => !hidden.has(line.label)) }),
    [view, hidden],
  );
  const latest = useRef({ shown, onPoint });
  latest.current = { shown, onPoint };

  useEffect(() => {
    let gone = false;
    // uPlot is 50 kB that readers without a chart need not load.
    void import('./live.ts').then(({ startLiveChart }) => {
      if (gone || !holder.current) return;
      chart.current = startLiveChart(holder.current, latest.current.shown, HEIGHT, {
        onCursor: (timeMs) => {
          setAt(timeMs);
          latest.current.onPoint?.(timeMs === undefined ? undefined : nearestMark(latest.current.shown, timeMs));
        },
        onZoom: setZoomed,
      });
      setLive(true);
    });
    return () => {
      gone = true;
      chart.current?.stop();
      chart.current = undefined;
    };
  }, []);
  useEffect(() => chart.current?.show(shown), [shown, live]);
  useEffect(() => chart.current?.pointAt(pointedMs), [pointedMs]);

  const toggle = (label: string): void => {
    const next = new Set(hidden);
    if (!next.delete(label)) next.add(label);
    setHidden(next);
  };
  const index = at === undefined ? -1 : nearestIndex(view.timesMs, at);
  return (
    <Figure title={untitled ? undefined : view.title} note={view.note} class="chart-view">
      {hydrated && live && (
        <div class="chart-tools">
          <span class="chart-at" role="status">
            {index >= 0 ? formatUtc(view.timesMs[index] ?? 0) : zoomed ? '' : 'drag to zoom'}
          </span>
          {zoomed && (
            <button type="button" class="button small" onClick={() => chart.current?.zoom('all')}>
              Whole time
            </button>
          )}
          <button type="button" class="button small" onClick={() => chart.current?.zoom('in')} aria-label="Zoom in">
            +
          </button>
          <button type="button" class="button small" onClick={() => chart.current?.zoom('out')} aria-label="Zoom out">
            {'\u2212'}
          </button>
          <button type="button" class="button small" onClick={() => chart.current?.savePng(view.title ?? view.name)}>
            PNG
          </button>
        </div>
      )}
      <div
        class="chart-holder"
        ref={holder}
        tabIndex={hydrated ? 0 : undefined}
        role={hydrated ? 'group' : undefined}
        aria-label={
          hydrated
            ? `${view.title ?? 'Chart'}: arrow keys move, plus and minus zoom, 0 shows the whole time`
            : undefined
        }
        onKeyDown={(event) => {
          if (chart.current?.key(event.key)) event.preventDefault();
        }}
      >
        {!live && <ChartSvg view={view} height={HEIGHT} />}
      </div>
      <Legend view={view} hidden={hidden} index={index} onToggle={live ? toggle : undefined} />
      <ChartNumbers view={view} still={still} />
    </Figure>
  );
}

/** The mark that the pointer is on: within 1.5 % of the axis. */
function nearestMark(view: ChartView, timeMs: number): number | undefined {
  const { x } = shapeChart({ ...view, lines: [] });
  const reach = (x[1] - x[0]) * 0.015;
  let best: number | undefined;
  for (const mark of view.marks) {
    const distance = Math.abs(mark.timeMs - timeMs);
    if (distance <= reach && (best === undefined || distance < Math.abs(best - timeMs))) best = mark.timeMs;
  }
  return best;
}
