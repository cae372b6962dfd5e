import type { VNode } from 'preact';
import type { TableView } from '../../../functions/model/view.ts';
import type { Sort } from './rows.ts';

export interface BarScale {
  readonly column: number;
  readonly least: number;
  readonly most: number;
}

/** Which column gets bars: the one sorted by, else the one in bytes that tells most. */
export function barOf(view: TableView, numeric: readonly boolean[], sort: Sort | undefined): BarScale | undefined {
  const sizes = view.columns.flatMap((column, c) => (/^bytes/.test(column.unit ?? '') ? [c] : []));
  const telling = sizes.findLast((c) => /retained|slope|delta|growth|total/i.test(view.columns[c]?.name ?? ''));
  const column = sort && numeric[sort.column] ? sort.column : (telling ?? sizes.at(-1));
  if (column === undefined || view.rows.length < 2) return undefined;
  let least = 0;
  let most = 0;
  for (const row of view.rows) {
    const cell = row[column];
    if (typeof cell !== 'number' || !Number.isFinite(cell)) continue;
    least = Math.min(least, cell);
    most = Math.max(most, cell);
  }
  return most > least ? { column, least, most } : undefined;
}

/** Growth to the right of the axis, shrinking to its left. */
export function Bar({ value, bar }: { value: string | number | null | undefined; bar: BarScale }): VNode | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  const whole = bar.most - bar.least;
  const axis = (-bar.least / whole) * 100;
  const width = (Math.abs(value) / whole) * 100;
  return (
    <svg width="100%" height="8" aria-hidden="true">
      <rect
        class={value < 0 ? 'down' : 'up'}
        x={`${(value < 0 ? axis - width : axis).toFixed(2)}%`}
        width={`${Math.max(width, value === 0 ? 0 : 0.6).toFixed(2)}%`}
        height="8"
        rx="1"
      />
    </svg>
  );
}
