import type { VNode } from 'preact';
import { linearScale } from './scale.ts';

/** One small line from zero up: the shape of growth beside a number. Decorative: the number says it. */
export function Sparkline({
  values,
  width = 120,
  height = 28,
}: {
  values: readonly number[];
  width?: number;
  height?: number;
}): VNode | null {
  if (values.length < 2) return null;
  let high = -Infinity;
  let low = Infinity;
  for (const value of values) {
    high = Math.max(high, value);
    low = Math.min(low, value);
  }
  if (!Number.isFinite(high) || !Number.isFinite(low)) return null;
  const x = linearScale([0, values.length - 1], [1, width - 3]);
  const y = linearScale([Math.min(0, low), high > 0 ? high : 1], [height - 1, 3]);
  const points = values.map((value, i) => `${x(i).toFixed(1)} ${y(value).toFixed(1)}`);
  const last = values.length - 1;
  return (
    <svg class="sparkline" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path
        class="spark-area"
        d={`M${points.join('L')}L${x(last).toFixed(1)} ${height}L${x(0).toFixed(1)} ${height}Z`}
      />
      <path class="spark-line" d={`M${points.join('L')}`} />
      <circle class="spark-end" cx={x(last).toFixed(1)} cy={y(values[last] ?? 0).toFixed(1)} r="2" />
    </svg>
  );
}
