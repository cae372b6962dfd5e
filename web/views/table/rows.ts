import type { Column, TableView } from '../../../functions/model/view.ts';
import { formatNumber, formatQuantity } from '../../draw/format.ts';

type Cell = string | number | null | undefined;
export interface Sort {
  readonly column: number;
  readonly down: boolean;
}

/** A column is of numbers when it has a unit, or when the first cells that say something are numbers. */
export function numericColumns(view: TableView): boolean[] {
  return view.columns.map((column, c) => {
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
export function cellText(cell: Cell, { unit, name }: Pick<Column, 'unit' | 'name'>): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  const sign = cell > 0 && name.endsWith('Delta') ? '+' : '';
  return sign + quantityOf(cell, unit);
}

function quantityOf(cell: number, unit: string | undefined): string {
  return unit === undefined ? formatNumber(cell, 4) : formatQuantity(cell, unit);
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
      longest = Math.max(longest, cellText(view.rows[i]?.[c], column).length);
    }
    return Math.min(longest, numeric[c] ? 24 : 60) * 7.6 + 24;
  });
  const names = widest.map((width, c) => (numeric[c] ? 0 : width));
  const main = names.indexOf(Math.max(...names));
  const total = (of: (c: number) => boolean): number =>
    widest.reduce((sum, width, c) => (empty[c] !== true && of(c) ? sum + width : sum), 0);
  const others = total((c) => !numeric[c] && c !== main);
  const room = PAGE_PX - total((c) => numeric[c] ?? false) - Math.min(MAIN_NAME_PX, names[main] ?? 0);
  const share = others > room ? Math.max(0, room) / others : 1;
  return widest.map((width, c) => {
    if (numeric[c]) return Math.round(width);
    return c === main ? 0 : Math.round(Math.max(Math.min(width, LEAST_NAME_PX), width * share));
  });
}
