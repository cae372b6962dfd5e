import type { VNode } from 'preact';
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import type { ChartView } from '../../../functions/model/view.ts';
import { shapeChart } from '../../draw/chart-shape.ts';
import { ChartSvg, describeChart, isEmpty } from '../../draw/chart-svg.tsx';
import { formatOnChart } from '../../draw/format.ts';
import { useHydrated } from '../../parts/hydrated.ts';
import { Figure, type ViewProps } from '../figure.tsx';
import { legendOf, Legend } from './legend.tsx';
import type { LiveChart, Reading, TimeFrame } from './live.ts';
import { Navigator } from './navigator.tsx';
import { ChartNumbers } from './numbers.tsx';
import { ChartTools } from './tools.tsx';
import { formatInZone } from './zone.ts';

export interface ChartProps extends ViewProps<ChartView> {
  /** A time that is pointed at elsewhere. */
  readonly pointedMs?: number | undefined;
  /** The time of the mark that is nearest to the pointer. */
  readonly onPoint?: (timeMs: number | undefined) => void;
  /** The address of the same chart as a still picture. */
  readonly still?: string;
  readonly height?: number;
}

interface InSight {
  readonly frame: TimeFrame;
  readonly zoomed: boolean;
  readonly said: string;
}

/** A still SVG that needs no script, then the same chart to zoom, toggle and read values from. */
export function Chart({ view, untitled = false, pointedMs, onPoint, still, height = 340 }: ChartProps): VNode {
  const hydrated = useHydrated();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [fitted, setFitted] = useState(false);
  const [reading, setReading] = useState<Reading | undefined>(undefined);
  const [spoken, setSpoken] = useState('');
  const [inSight, setInSight] = useState<InSight | undefined>(undefined);
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<LiveChart | undefined>(undefined);
  const keysId = useId();
  const shape = useMemo(() => shapeChart(view, hidden), [view, hidden]);
  const empty = useMemo(() => isEmpty(shape), [shape]);
  const shown = useMemo(() => ({ view, hidden, fitted }), [view, hidden, fitted]);
  const latest = useRef({ shown, onPoint });
  latest.current = { shown, onPoint };
  const live = inSight !== undefined;

  useEffect(() => {
    if (empty) return;
    let gone = false;
    // uPlot is 50 kB that readers without a chart need not load.
    void import('./live.ts').then(({ startLiveChart }) => {
      if (gone || !holder.current) return;
      const started = latest.current.shown;
      chart.current = startLiveChart(holder.current, started, height, {
        onCursor: (at, byKey) => {
          const { view } = latest.current.shown;
          setReading(at);
          if (at && byKey) setSpoken(inWords(view, at));
          latest.current.onPoint?.(at && nearestMark(view, at.timeMs));
        },
        onFrame: (frame, zoomed, said) => setInSight({ frame, zoomed, said }),
      });
      if (latest.current.shown !== started) chart.current.show(latest.current.shown);
    });
    return () => {
      gone = true;
      chart.current?.stop();
      chart.current = undefined;
      setInSight(undefined);
    };
  }, [empty]);
  useEffect(() => chart.current?.show(shown), [shown]);
  useEffect(() => chart.current?.pointAt(pointedMs), [pointedMs]);

  const toggle = (label: string): void => {
    const next = new Set(hidden);
    if (!next.delete(label)) next.add(label);
    setHidden(next);
  };
  const frame = inSight?.frame ?? shape.x;
  const span = frame[1] - frame[0];
  const save = (): void => {
    const canvas = chart.current?.canvas();
    if (!canvas || !holder.current) return;
    const entries = legendOf(view, shape, reading?.values).filter(({ key }) => !hidden.has(key));
    const foot = `${formatInZone(frame[0], span)} to ${formatInZone(frame[1], span)}`;
    const element = holder.current;
    void import('./save-png.ts').then(({ savePng }) =>
      savePng(canvas, { title: view.title ?? view.name, entries, foot }, element),
    );
  };
  // Neither changes while the pointer moves.
  const picture = useMemo(() => <ChartSvg view={view} height={height} hidden={hidden} />, [view, hidden]);
  const part = inSight?.zoomed ? frame : undefined;
  const numbers = useMemo(
    () => (
      <ChartNumbers
        view={view}
        still={still}
        {...(part && { frame: part, cut: () => chart.current?.numbers() ?? view })}
      />
    ),
    [view, still, part?.[0], part?.[1], inSight?.said],
  );
  if (empty) {
    return (
      <Figure title={untitled ? undefined : view.title} note={view.note} class="chart-view">
        <p class="chart-empty">No samples in this chart: its lines were named, and no value of them was sent.</p>
      </Figure>
    );
  }
  return (
    <Figure title={untitled ? undefined : view.title} note={view.note} class="chart-view" frame={inSight?.frame}>
      {hydrated && inSight && (
        <ChartTools
          readout={reading ? formatInZone(reading.timeMs, span) : inSight.zoomed ? rangeOf(frame) : ''}
          said={inSight.said}
          zoomed={inSight.zoomed}
          fitted={fitted}
          onZoom={(how) => chart.current?.zoom(how)}
          onFit={() => setFitted(!fitted)}
          onSave={save}
        />
      )}
      <div
        class="chart-holder"
        ref={holder}
        tabIndex={live ? 0 : undefined}
        role={live ? 'application' : undefined}
        aria-roledescription={live ? 'chart' : undefined}
        aria-label={live ? describeChart(view, shape) : undefined}
        aria-describedby={live ? keysId : undefined}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          if (chart.current?.key(event.key, event.shiftKey)) event.preventDefault();
        }}
      />
      <div class={live ? 'chart-still printed' : 'chart-still'}>{picture}</div>
      {live && (
        <>
          <p id={keysId} class="chart-keys">
            <kbd>←</kbd> <kbd>→</kbd> read values, with <kbd>Shift</kbd> they pan; <kbd>+</kbd> <kbd>−</kbd> zoom,{' '}
            <kbd>0</kbd> the whole time
          </p>
          <p class="unseen chart-spoken" role="status">
            {spoken}
          </p>
        </>
      )}
      {inSight?.zoomed && (
        <Navigator view={view} frame={frame} onMove={(fromMs) => chart.current?.moveTo(fromMs, fromMs + span)} />
      )}
      <Legend view={view} shape={shape} hidden={hidden} values={reading?.values} onToggle={live ? toggle : undefined} />
      {numbers}
    </Figure>
  );
}

const rangeOf = (frame: TimeFrame): string => {
  const span = frame[1] - frame[0];
  return `${formatInZone(frame[0], span).replace(/ UTC.*$/, '')} to ${formatInZone(frame[1], span)}`;
};

/** A sample as it is read aloud. */
function inWords(view: ChartView, { timeMs, values }: Reading): string {
  const said = view.lines.flatMap(({ label, role }, i) => {
    const value = values[i];
    return role === 'low' || role === 'high' || value === null || value === undefined
      ? []
      : [`${label} ${formatOnChart(value, view.unit)}`];
  });
  return `${formatInZone(timeMs, 0)}: ${said.slice(0, 10).join(', ') || 'no values'}`;
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
