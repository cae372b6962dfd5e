import type { VNode } from 'preact';
import type { Column, TableView } from '../../../functions/model/view.ts';
import type { Sort } from './rows.ts';

/** The share of a bar's room below which a bar is not seen. */
const SLIVER = 0.01;

export interface BarScale {
  readonly column: number;
  readonly least: number;
  readonly most: number;
}

/** A column of a comparison: what was added and what went. */
export const isDelta = ({ name, unit }: Column): boolean =>
  name.endsWith('Delta') && (unit === 'bytes' || unit === 'count');

/** In a comparison each column of differences has bars of its own, under its numbers. */
export function deltaBars(view: TableView): ReadonlyMap<number, BarScale> {
  const bars = new Map<number, BarScale>();
  for (const [c, column] of view.columns.entries()) {
    const bar = isDelta(column) ? scaleOf(view, c) : undefined;
    if (bar) bars.set(c, bar);
  }
  return bars;
}

/** Which column of any other table gets bars: the one sorted by, else the one in bytes that tells most. */
export function barOf(view: TableView, numeric: readonly boolean[], sort: Sort | undefined): BarScale | undefined {
  const says = (c: number): boolean => view.rows.some((row) => typeof row[c] === 'number');
  const sizes = view.columns.flatMap((column, c) => (/^bytes/.test(column.unit ?? '') && says(c) ? [c] : []));
  const telling = sizes.findLast((c) => /retained|slope|delta|growth|total/i.test(view.columns[c]?.name ?? ''));
  const column = sort && numeric[sort.column] ? sort.column : (telling ?? sizes.at(-1));
  return column === undefined ? undefined : scaleOf(view, column);
}

function scaleOf(view: TableView, column: number): BarScale | undefined {
  if (view.rows.length < 2) return undefined;
  let least = 0;
  let most = 0;
  for (const row of view.rows) {
    const cell = row[column];
    if (typeof cell !== 'number' || !Number.isFinite(cell)) continue;
    least = Math.min(least, cell);
    most = Math.max(most, cell);
  }
  // Room for a sliver on a side where there is next to nothing.
  if (least < 0) least = Math.min(least, -most * SLIVER);
  if (most > 0) most = Math.max(most, -least * SLIVER);
  return most > least ? { column, least, most } : undefined;
}

/** Growth to the right of the axis, shrinking to its left. */
export function Bar({
  value,
  bar,
  height = 8,
}: {
  value: string | number | null | undefined;
  bar: BarScale;
  height?: number;
}): VNode | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  const whole = bar.most - bar.least;
  const axis = (-bar.least / whole) * 100;
  // Whatever changed at all is seen.
  const width = value === 0 ? 0 : Math.max((Math.abs(value) / whole) * 100, SLIVER * 90);
  return (
    <svg width="100%" height={height} aria-hidden="true">
      <rect
        class={value < 0 ? 'down' : 'up'}
        x={`${(value < 0 ? axis - width : axis).toFixed(2)}%`}
        width={`${width.toFixed(2)}%`}
        height={height}
        rx="1"
      />
      {bar.least < 0 && <line class="axis" x1={`${axis.toFixed(2)}%`} x2={`${axis.toFixed(2)}%`} y2={height} />}
    </svg>
  );
}
