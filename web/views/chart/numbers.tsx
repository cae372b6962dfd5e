import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ChartView, TableView } from '../../../functions/model/view.ts';
import { formatUtc } from '../../draw/format.ts';
import { Table } from '../table/table.tsx';

const MOST_COLUMNS = 12;
const STATIC_ROWS = 60;

/** The table behind a chart; the published file holds an even sample, the browser all of it, once it is opened. */
export function ChartNumbers({ view, still }: { view: ChartView; still: string | undefined }): VNode {
  const [opened, setOpened] = useState(false);
  const table = useMemo(() => tableOfChart(view, opened ? Infinity : STATIC_ROWS), [view, opened]);
  return (
    <details class="numbers" onToggle={(event) => event.currentTarget.open && setOpened(true)}>
      <summary>The numbers behind it</summary>
      <Table view={table} untitled />
      {still !== undefined && (
        <p class="quiet">
          The same chart as <a href={still}>a still picture</a>.
        </p>
      )}
    </details>
  );
}

export function tableOfChart(view: ChartView, most: number): TableView {
  const lines = view.lines.slice(0, MOST_COLUMNS);
  const count = view.timesMs.length;
  const step = Math.max(1, Math.ceil(count / most));
  const rows: (string | number | null)[][] = [];
  for (let i = 0; i < count; i += step) {
    rows.push([formatUtc(view.timesMs[i] ?? 0), ...lines.map((line) => line.values[i] ?? null)]);
  }
  return {
    kind: 'table',
    name: `${view.name.slice(0, 50)}-numbers`,
    title: `Numbers of ${view.title ?? view.name}`,
    columns: [{ name: 'time' }, ...lines.map((line) => ({ name: line.label.slice(0, 100), unit: view.unit }))],
    rows,
    ...(step > 1 ? { note: `Every ${step}th of ${count} samples.` } : {}),
  };
}
