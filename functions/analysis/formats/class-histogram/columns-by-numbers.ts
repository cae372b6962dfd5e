import type { CsvColumns } from './csv-layout.ts';
import { DELIMITERS, readNumber, splitRow } from './csv-layout.ts';

const MIN_ROWS = 5;
const MAX_ROWS = 60;
const MIN_NAMED = 0.8;
/** No object of any JVM is smaller. */
const SMALLEST_OBJECT = 8;
/** What only a class is called: a name with packages, or an array. */
const CLASS_NAME = /^"?([\w$]+(\.[\w$]+)+[\w$/+]*(\[\])*|(byte|char|int|long|short|boolean|float|double)(\[\])+)"?$/;

/**
 * Columns of a table whose titles are in no language known here: the one with names of classes; and of the numbers those that can be a count and its
 * bytes, since no object has fewer than 8. What is at least as many as the bytes themselves in every row is what is retained. Undefined where that does not
 * settle it.
 */
export function inferColumns(lines: readonly string[]): CsvColumns | undefined {
  const filled = lines.filter((line) => line.trim() !== '').slice(0, MAX_ROWS + 1);
  for (const delimiter of DELIMITERS) {
    const [titles = [], ...rows] = filled.map((line) => splitRow(line, delimiter));
    const table = rows.filter((cells) => cells.length >= 3 && Math.abs(cells.length - titles.length) <= 1);
    if (titles.length < 3 || table.length < MIN_ROWS || table.length < 0.9 * rows.length) continue;
    const name = titles.findIndex(
      (_, i) => table.filter((cells) => CLASS_NAME.test(cells[i]?.trim() ?? '')).length >= MIN_NAMED * table.length,
    );
    // Every heap has some of these, and tables of other things have none.
    const isJava = table.some((cells) => /^"?(java\.|byte\[|char\[)/.test(cells[name]?.trim() ?? ''));
    if (name < 0 || !isJava || readNumber(titles[name]) !== undefined) continue;
    const columns = titles.flatMap((_, i) => {
      const numbers = table.map((cells) => readNumber(cells[i]));
      const all = numbers.filter((number) => number !== undefined);
      // A rank is no count.
      const isRank = all.every((number, row) => number === row + 1);
      return all.length === table.length && !isRank ? [{ i, numbers: all, sum: all.reduce((a, b) => a + b, 0) }] : [];
    });
    columns.sort((a, b) => a.sum - b.sum);
    const isAtLeast = (large: (typeof columns)[0], times: number, small: (typeof columns)[0]): boolean =>
      large.numbers.every((number, row) => number >= times * small.numbers[row]!);
    const counts = columns[0];
    const bytes = columns.slice(1).filter((column) => isAtLeast(column, SMALLEST_OBJECT, columns[0]!));
    const [shallow, retained] = bytes;
    if (counts === undefined || shallow === undefined || counts.sum === 0) continue;
    const isRetained = retained !== undefined && isAtLeast(retained, 1, shallow);
    return {
      delimiter,
      tool: 'not known',
      name,
      instances: counts.i,
      shallow: shallow.i,
      retained: isRetained ? retained.i : -1,
    };
  }
  return undefined;
}
