import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { TableView } from '../../../functions/model/view.ts';
import { formatNumber, plural, wordsOf } from '../../draw/format.ts';
import { useHydrated } from '../../parts/hydrated.ts';
import { useAddress, writeAddress } from '../address-state.ts';
import { Figure, type ViewProps } from '../figure.tsx';
import { Name } from '../name.tsx';
import { Sparkline } from '../../draw/sparkline.tsx';
import { rowHeight, useNarrow } from '../narrow.ts';
import { useRowWindow } from '../virtual-rows.ts';
import { Bar, barOf, deltaBars, isDelta } from './bar.tsx';
import {
  arrangeRows,
  cellOf,
  columnWidths,
  emptyColumns,
  numericColumns,
  type Sort,
  sortedAs,
  SPARKLINE,
} from './rows.ts';

/** Rows in the published file: enough to read, small enough to send. */
export const ROWS_WITHOUT_SCRIPT = 100;
const TALL = 25;

export interface TableProps extends ViewProps<TableView> {
  /** Its sort and filter stand in the address. */
  readonly addressed?: boolean;
}

/** Sortable, filtered as one types, smooth with thousands of rows; without script its first rows as they were sorted. */
export function Table({ view, untitled = false, addressed = false }: TableProps): VNode {
  const hydrated = useHydrated();
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState<Sort | undefined>(undefined);
  useAddress((state) => {
    if (!addressed || (state.get('view') ?? view.name) !== view.name) return;
    setFilter(state.get('q') ?? '');
    setSort(parseSort(state.get('sort'), view.columns.length));
  });
  const numeric = useMemo(() => numericColumns(view), [view]);
  const empty = useMemo(() => emptyColumns(view), [view]);
  const widths = useMemo(() => columnWidths(view, numeric, empty), [view, numeric, empty]);
  const columnCount = empty.filter((is) => !is).length;
  const order = useMemo(() => arrangeRows(view, filter, sort), [view, filter, sort]);
  const under = useMemo(() => deltaBars(view), [view]);
  const bar = useMemo(() => (under.size > 0 ? undefined : barOf(view, numeric, sort)), [view, numeric, sort, under]);
  const arrived = useMemo(() => sortedAs(view, bar?.column), [view, bar]);
  const sorted = sort ?? arrived;
  const stacks = stacksOf(view, columnCount, under.size > 0);
  const rowPx = rowHeight(stacks, useNarrow());
  const { scroller, from, to } = useRowWindow<HTMLDivElement>(order.length, rowPx, ROWS_WITHOUT_SCRIPT);
  const tall = view.rows.length > TALL;
  const shown = order.slice(tall ? from : 0, tall ? to : ROWS_WITHOUT_SCRIPT);
  const toggle = (column: number): void => {
    const next = { column, down: sorted?.column === column ? !sorted.down : (numeric[column] ?? false) };
    setSort(next);
    if (addressed) writeAddress({ sort: `${next.down ? '-' : ''}${column}` });
  };
  const search = (text: string): void => {
    setFilter(text);
    if (scroller.current) scroller.current.scrollTop = 0;
    if (addressed) writeAddress({ q: text, view: view.name });
  };
  return (
    <Figure title={untitled ? undefined : view.title} note={view.note} class="table-view">
      {hydrated && tall && (
        <div class="table-tools">
          <label class="unseen" for={`filter-${view.name}`}>
            Filter the rows of {view.title ?? view.name}
          </label>
          <input
            id={`filter-${view.name}`}
            class="input"
            type="search"
            placeholder="Filter"
            value={filter}
            onInput={(event) => search(event.currentTarget.value)}
          />
          <span role="status">
            {order.length === view.rows.length
              ? plural(order.length, 'row')
              : `${formatNumber(order.length, 15)} of ${plural(view.rows.length, 'row')}`}
          </span>
        </div>
      )}
      <div
        ref={scroller}
        class={tall ? 'table-wrap tall' : 'table-wrap'}
        role="region"
        aria-label={`Rows: ${view.title ?? wordsOf(view.name)}`}
        tabIndex={0}
      >
        <table
          class={`table rows${widthClass(columnCount)}${stacks ? ' stacks' : ''}${under.size > 0 ? ' diff' : ''}`}
          aria-rowcount={order.length + 1}
        >
          <colgroup>
            {widths.map((width, c) => (empty[c] ? null : width === 0 ? <col /> : <col width={width} />))}
            {bar && <col width={112} />}
          </colgroup>
          <thead>
            <tr>
              {view.columns.map(
                (column, c) =>
                  !empty[c] && (
                    <th
                      scope="col"
                      class={under.has(c) ? 'number bar-under' : numeric[c] ? 'number' : ''}
                      aria-sort={sorted?.column === c ? (sorted.down ? 'descending' : 'ascending') : undefined}
                    >
                      {hydrated ? (
                        <button type="button" class="sort" onClick={() => toggle(c)}>
                          {wordsOf(column.name)}
                        </button>
                      ) : (
                        wordsOf(column.name)
                      )}
                    </th>
                  ),
              )}
              {bar && (
                <th scope="col">
                  <span class="unseen">share of {wordsOf(view.columns[bar.column]?.name ?? '')}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {tall && from > 0 && <Spacer px={from * rowPx} />}
            {shown.map((index, i) => (
              <tr key={index} aria-rowindex={(tall ? from : 0) + i + 2}>
                {view.columns.map(({ unit }, c) => {
                  if (empty[c]) return null;
                  if (unit === SPARKLINE) return <Shape text={view.rows[index]?.[c]} />;
                  const text = cellOf(view, index, c);
                  const scale = under.get(c);
                  return (
                    <td
                      class={scale ? 'number bar-under' : numeric[c] ? 'number' : 'name'}
                      title={text.length > 24 ? text : undefined}
                    >
                      {numeric[c] ? text : <Name text={text} />}
                      {scale && <Bar value={view.rows[index]?.[c]} bar={scale} height={4} />}
                    </td>
                  );
                })}
                {bar && (
                  <td class="bar">
                    <Bar value={view.rows[index]?.[bar.column]} bar={bar} />
                  </td>
                )}
              </tr>
            ))}
            {tall && hydrated && to < order.length && <Spacer px={(order.length - to) * rowPx} />}
          </tbody>
        </table>
      </div>
      {!hydrated && view.rows.length > ROWS_WITHOUT_SCRIPT && (
        <p class="quiet">
          The first {ROWS_WITHOUT_SCRIPT} of {plural(view.rows.length, 'row')}.
        </p>
      )}
      {order.length === 0 && <p class="quiet">{filter === '' ? 'No rows.' : `No row holds “${filter}”.`}</p>}
    </Figure>
  );
}

/** A cell that holds a shape; its numbers stand in the columns beside it. */
function Shape({ text }: { text: unknown }): VNode {
  const heights = typeof text === 'string' ? text.split(' ', 64).map(Number) : [];
  return (
    <td class="shape">
      <Sparkline values={heights.filter((height) => height >= 0 && height <= 99)} width={100} height={20} />
    </td>
  );
}

/** On a phone the numbers of a row stand below its name, where they fit there; of a comparison only the differences. */
const stacksOf = ({ columns }: TableView, shown: number, isDiff: boolean): boolean =>
  shown > 2 && (shown <= 5 || (isDiff && columns.filter(isDelta).length <= 4));
/** Names keep room beside their numbers where the table is wider than its place. */
const widthClass = (columns: number): string => (columns > 5 ? ' wider' : columns > 3 ? ' wide' : '');

/** `height` of a cell is an attribute, so the Content-Security-Policy allows it. */
function Spacer({ px }: { px: number }): VNode {
  return (
    <tr class="spacer" aria-hidden="true">
      <td {...{ height: px }} />
    </tr>
  );
}

function parseSort(text: string | null, columns: number): Sort | undefined {
  const match = /^(-?)(\d{1,2})$/.exec(text ?? '');
  const column = Number(match?.[2]);
  return match && column < columns ? { column, down: match[1] === '-' } : undefined;
}
