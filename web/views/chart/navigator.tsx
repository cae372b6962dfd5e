import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { ChartView } from '../../../functions/model/view.ts';
import { shapeChart, type Values } from '../../draw/chart-shape.ts';
import { downsampleIndices } from '../../draw/downsample.ts';
import { areaPath, linePath } from '../../draw/path-data.ts';
import { linearScale } from '../../draw/scale.ts';
import type { TimeFrame } from './live.ts';

const WIDTH = 1000;
const HEIGHT = 36;

/** The whole time under a chart that shows a part of it: drag the part. Keys and buttons do the same, so it is not announced. */
export function Navigator(props: { view: ChartView; frame: TimeFrame; onMove: (fromMs: number) => void }): VNode {
  const { view, frame, onMove } = props;
  const grip = useRef<number | undefined>(undefined);
  const { from, span, path } = useMemo(() => outlineOf(view), [view]);
  const timeAt = (event: PointerEvent & { currentTarget: Element }): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return from + (span * (event.clientX - left)) / Math.max(1, width);
  };
  const percent = (ms: number): string => `${Math.max(0, Math.min(100, ((ms - from) / span) * 100)).toFixed(2)}%`;
  const part = frame[1] - frame[0];
  return (
    <div
      class="navigator"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = timeAt(event);
        // Outside of the part: take it there, by its middle.
        grip.current = at >= frame[0] && at <= frame[1] ? at - frame[0] : part / 2;
        onMove(at - grip.current);
      }}
      onPointerMove={(event) => {
        if (grip.current !== undefined) onMove(timeAt(event) - grip.current);
      }}
      onPointerUp={() => (grip.current = undefined)}
      onPointerCancel={() => (grip.current = undefined)}
    >
      <svg width="100%" height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
        <path class="spark-area" d={path.area} />
        <path class="spark-line" d={path.line} vector-effect="non-scaling-stroke" />
      </svg>
      <svg class="navigator-part" width="100%" height={HEIGHT}>
        <rect x={percent(frame[0])} width={percent(from + Math.max(part, span / 250))} height={HEIGHT} rx="3" />
      </svg>
    </div>
  );
}

function outlineOf(view: ChartView): { from: number; span: number; path: { area: string; line: string } } {
  const shape = shapeChart(view);
  // What reaches highest tells most of what is where.
  const curves = [...shape.layers.slice(-1).map((layer) => layer.top), ...shape.lines.map((line) => line.values)];
  const highest = (values: Values): number => values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const values = curves.reduce<Values>((best, each) => (highest(each) > highest(best) ? each : best), curves[0] ?? []);
  const at = downsampleIndices(shape.timesMs, [values], 250);
  const x = linearScale(shape.x, [0, WIDTH]);
  const y = linearScale(shape.y, [HEIGHT, 2]);
  return {
    from: shape.x[0],
    span: shape.x[1] - shape.x[0],
    path: {
      area: areaPath(
        shape.timesMs,
        values.map(() => shape.y[0]),
        values,
        at,
        x,
        y,
      ),
      line: linePath(shape.timesMs, values, at, x, y),
    },
  };
}
