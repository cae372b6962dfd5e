import type { VNode } from 'preact';
import type { HistogramView } from '../../functions/model/view.ts';
import { formatNumber, formatQuantity } from '../draw/format.ts';
import { linearScale, ticks } from '../draw/scale.ts';
import { Figure, type ViewProps } from './figure.tsx';

const HEIGHT = 220;
const FOOT = 22;

/** Counts by size or time. The bars are as wide as their place in the list (buckets are often exponential). */
export function Histogram({ view, untitled = false }: ViewProps<HistogramView>): VNode {
  const { buckets, unit } = view;
  let most = 0;
  for (const bucket of buckets) most = Math.max(most, bucket.count);
  const y = linearScale([0, most > 0 ? most * 1.06 : 1], [HEIGHT - FOOT, 12]);
  const width = 100 / Math.max(1, buckets.length);
  const every = Math.max(1, Math.ceil(buckets.length / 8));
  return (
    <Figure title={untitled ? undefined : view.title} note={view.note} class="histogram-view">
      <svg
        width="100%"
        height={HEIGHT}
        class="chart-svg"
        role="img"
        aria-label={`${view.title ?? 'Histogram'}: the numbers are in the table below`}
      >
        {ticks(0, most, 3)
          .slice(1)
          .map((value) => (
            <>
              <line class="grid-line" x1="0" x2="100%" y1={y(value)} y2={y(value)} />
              <text class="tick" x="2" y={y(value) - 4}>
                {formatNumber(value)}
              </text>
            </>
          ))}
        {buckets.map((bucket, i) => (
          <rect
            class="bucket"
            x={`${(i * width + width * 0.08).toFixed(3)}%`}
            width={`${(width * 0.84).toFixed(3)}%`}
            y={y(bucket.count)}
            height={Math.max(0, HEIGHT - FOOT - y(bucket.count))}
          >
            <title>{`${formatQuantity(bucket.from, unit)} to ${formatQuantity(bucket.to, unit)}: ${formatNumber(bucket.count, 15)}`}</title>
          </rect>
        ))}
        {buckets.map((bucket, i) =>
          i % every === 0 ? (
            <text
              class={(i / every) % 2 === 1 ? 'tick wide-only' : 'tick'}
              x={`${(i * width + width * 0.08).toFixed(3)}%`}
              y={HEIGHT - 6}
            >
              {formatQuantity(bucket.from, unit)}
            </text>
          ) : null,
        )}
      </svg>
      <details>
        <summary>The numbers</summary>
        <div class="table-wrap tall" role="region" aria-label="Numbers of the histogram" tabIndex={0}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col" class="number">
                  from
                </th>
                <th scope="col" class="number">
                  to
                </th>
                <th scope="col" class="number">
                  count
                </th>
              </tr>
            </thead>
            <tbody>
              {buckets.map((bucket) => (
                <tr>
                  <td class="number">{formatQuantity(bucket.from, unit)}</td>
                  <td class="number">{formatQuantity(bucket.to, unit)}</td>
                  <td class="number">{formatNumber(bucket.count, 15)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </Figure>
  );
}
