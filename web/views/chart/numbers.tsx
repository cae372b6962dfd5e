import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ChartView, TableView } from '../../../functions/model/view.ts';
import { BINARY_BYTES, formatNumber, formatUtc } from '../../draw/format.ts';
import { MarkIcon } from '../../draw/marks.tsx';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { Table } from '../table/table.tsx';
import type { TimeFrame } from './live.ts';

const MOST_COLUMNS = 12;
const STATIC_ROWS = 60;
const MOST_MARKS = 200;

export interface NumbersProps {
  readonly view: ChartView;
  readonly still: string | undefined;
  /** The stretch that one has zoomed to, and what is in it at the resolution that is here. */
  readonly frame?: TimeFrame;
  readonly cut?: () => ChartView;
}

/** The table behind a chart, and its marks as words; the published file holds an even sample, the browser all of what is in sight, once it is opened. */
export function ChartNumbers({ view, still, frame, cut }: NumbersProps): VNode {
  const [opened, setOpened] = useState(false);
  const table = useMemo(
    () =>
      opened && frame && cut
        ? tableOfChart(inside(cut(), frame), Infinity)
        : tableOfChart(view, opened ? Infinity : STATIC_ROWS),
    [view, opened, frame, cut],
  );
  return (
    <details class="numbers" onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>The numbers behind it</summary>
      {view.marks.length > 0 && (
        <ul class="numbers-marks" aria-label="Marks">
          {view.marks.slice(0, MOST_MARKS).map((mark) => (
            <li>
              <MarkIcon kind={mark.kind} /> <Time ms={mark.timeMs} /> <Said text={mark.label} />
            </li>
          ))}
        </ul>
      )}
      <Table view={table} untitled />
      {still !== undefined && (
        <p class="quiet">
          The same chart as <a href={still}>a still picture</a>.
        </p>
      )}
    </details>
  );
}

function inside(view: ChartView, [fromMs, toMs]: TimeFrame): ChartView {
  const at = view.timesMs.flatMap((ms, i) => (ms >= fromMs && ms <= toMs ? [i] : []));
  return {
    ...view,
    timesMs: at.map((i) => view.timesMs[i] ?? 0),
    lines: view.lines.map((line) => ({ ...line, values: at.map((i) => line.values[i] ?? null) })),
  };
}

export function tableOfChart(view: ChartView, most: number): TableView {
  const lines = view.lines.slice(0, MOST_COLUMNS);
  const unit = view.unit === 'bytes' ? BINARY_BYTES : view.unit;
  const count = view.timesMs.length;
  const step = Math.max(1, Math.ceil(count / most));
  const rows: (string | number | null)[][] = [];
  for (let i = 0; i < count; i += step) {
    rows.push([exactUtc(view.timesMs[i] ?? 0), ...lines.map((line) => line.values[i] ?? null)]);
  }
  const left = view.lines.length - lines.length;
  const notes = [
    ...(step > 1 ? [`Every ${step}th of ${formatNumber(count)} rows.`] : []),
    ...(left > 0 ? [`${left} more lines are in the chart.`] : []),
  ];
  return {
    kind: 'table',
    name: `${view.name.slice(0, 50)}-numbers`,
    title: `Numbers of ${view.title ?? view.name}`,
    columns: [{ name: 'time' }, ...lines.map((line) => ({ name: line.label.slice(0, 100), unit }))],
    rows,
    ...(notes.length > 0 ? { note: notes.join(' ') } : {}),
  };
}

/** With seconds, where there are any: rows of one minute must not look alike. */
function exactUtc(ms: number): string {
  const text = formatUtc(ms);
  const seconds = (ms % 60_000) / 1000;
  return seconds > 0
    ? text.replace(
        /(\d\d:\d\d)(?= UTC$)/,
        `$1:${seconds.toFixed(ms % 1000 === 0 ? 0 : 3).padStart(ms % 1000 === 0 ? 2 : 6, '0')}`,
      )
    : text;
}
