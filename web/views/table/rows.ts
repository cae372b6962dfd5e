import type { Column, TableView } from '../../../functions/model/view.ts';
import { formatNumber, formatQuantity } from '../../draw/format.ts';

type Cell = string | number | null | undefined;
export interface Sort {
  readonly column: number;
  readonly down: boolean;
}

/** The unit of cells that hold a shape: `12 30 99`, heights from 0 to 99. */
export const SPARKLINE = 'sparkline';
const SPARKLINE_PX = 124;

/** A column is of numbers when it has a unit, or when the first cells that say something are numbers. */
export function numericColumns(view: TableView): boolean[] {
  return view.columns.map((column, c) => {
    if (column.unit === SPARKLINE) return false;
    if (column.unit !== undefined) return true;
    let seen = 0;
    for (const row of view.rows) {
      const cell = row[c];
      if (cell === null || cell === undefined) continue;
      if (typeof cell !== 'number') return false;
      if (++seen >= 20) break;
    }
    return seen > 0;
  });
}

/** Columns in which no row says anything: of them only the name would be read. */
export function emptyColumns(view: TableView): boolean[] {
  if (view.rows.length === 0) return view.columns.map(() => false);
  return view.columns.map((_, c) => view.rows.every((row) => row[c] === null || row[c] === undefined || row[c] === ''));
}

/** A difference that is growth says so by its sign. */
function cellText(cell: Cell, { unit, name }: Pick<Column, 'unit' | 'name'>): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  const sign = cell > 0 && name.endsWith('Delta') ? '+' : '';
  return sign + quantityOf(cell, unit);
}

/** In a column of numbers `2.1 MB/h`: words in each row would be most of what one reads. */
function quantityOf(cell: number, unit: string | undefined): string {
  if (unit === undefined) return formatNumber(cell, 4);
  const [of, per] = unit.split('/', 2);
  return per === undefined ? formatQuantity(cell, unit) : `${formatQuantity(cell, of)}/${per}`;
}

/** Values of series of several kinds in one column: what each is in, a column of its own says. */
const OF_SERIES = new Set(['first', 'last', 'low', 'peak']);

export function cellOf(view: TableView, row: number, c: number): string {
  const column = view.columns[c];
  const cells = view.rows[row];
  if (!column || !cells) return '';
  const at = OF_SERIES.has(column.name) && !column.unit ? view.columns.findIndex(({ name }) => name === 'unit') : -1;
  const unit = at < 0 ? undefined : cells[at];
  return cellText(cells[c], typeof unit === 'string' && unit !== '' ? { ...column, unit } : column);
}

/** The column by which the rows arrived sorted, the largest first, if it is the one that has bars. */
export function sortedAs(view: TableView, c: number | undefined): Sort | undefined {
  if (c === undefined || view.rows.length < 2) return undefined;
  const values = view.rows.map((row) => row[c]);
  const falls = values.every((value, i) => i === 0 || Number(value ?? -Infinity) <= Number(values[i - 1] ?? -Infinity));
  return falls ? { column: c, down: true } : undefined;
}

/** Indices of the rows that hold every word, in the order asked for. */
export function arrangeRows(view: TableView, filter: string, sort: Sort | undefined): number[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found: number[] = [];
  for (let i = 0; i < view.rows.length; i++) if (words.length === 0 || holds(view.rows[i] ?? [], words)) found.push(i);
  if (sort) {
    const { column, down } = sort;
    const turn = down ? -1 : 1;
    found.sort((a, b) => compare(view.rows[a]?.[column], view.rows[b]?.[column], turn) || a - b);
  }
  return found;
}

function holds(row: readonly Cell[], words: readonly string[]): boolean {
  return words.every((word) => row.some((cell) => typeof cell === 'string' && cell.toLowerCase().includes(word)));
}

/** Cells that say nothing come last, whichever way. */
function compare(a: Cell, b: Cell, turn: number): number {
  const [noA, noB] = [a === null || a === undefined, b === null || b === undefined];
  if (noA || noB) return Number(noA) - Number(noB);
  if (typeof a === 'number' && typeof b === 'number') return (a - b) * turn;
  const [left, right] = [String(a), String(b)];
  return (left < right ? -1 : left > right ? 1 : 0) * turn;
}

/** What a table has in a wide window. */
const PAGE_PX = 1040;
const LEAST_NAME_PX = 90;
const MAIN_NAME_PX = 260;

/**
 * Widths in pixels for `<col>`: rows come and go while one scrolls, columns must not jump. 0: takes what is left, which is
 * the longest name; other names give way to it.
 */
export function columnWidths(view: TableView, numeric: readonly boolean[], empty: readonly boolean[] = []): number[] {
  const step = Math.max(1, Math.floor(view.rows.length / 200));
  const widest = view.columns.map((column, c) => {
    let longest = column.name.length + 2;
    for (let i = 0; i < view.rows.length; i += step) {
      longest = Math.max(longest, cellOf(view, i, c).length);
    }
    return column.unit === SPARKLINE ? SPARKLINE_PX : Math.min(longest, numeric[c] ? 24 : 60) * 7.6 + 24;
  });
  const isFixed = view.columns.map(({ unit }, c) => (numeric[c] ?? false) || unit === SPARKLINE);
  const names = widest.map((width, c) => (isFixed[c] ? 0 : width));
  const main = names.indexOf(Math.max(...names));
  const total = (of: (c: number) => boolean): number =>
    widest.reduce((sum, width, c) => (empty[c] !== true && of(c) ? sum + width : sum), 0);
  const others = total((c) => !isFixed[c] && c !== main);
  const mainPx = Math.min(MAIN_NAME_PX, names[main] ?? 0);
  const room = PAGE_PX - total((c) => isFixed[c] ?? false) - mainPx;
  const share = others > room ? Math.max(0, room) / others : 1;
  return widest.map((width, c) => {
    if (isFixed[c]) return Math.round(width);
    // Where there is nothing left to take, the table is wider than its place and scrolls.
    if (c === main) return share < 1 ? Math.round(mainPx) : 0;
    return Math.round(Math.max(Math.min(width, LEAST_NAME_PX), width * share));
  });
}
