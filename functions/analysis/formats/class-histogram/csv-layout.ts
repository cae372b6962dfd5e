/** Where the columns of a tool's CSV are. */
export interface CsvColumns {
  readonly delimiter: string;
  readonly tool: string;
  readonly name: number;
  readonly instances: number;
  readonly shallow: number;
  /** -1 where the tool does not say. */
  readonly retained: number;
}

/** The last one is what aligns columns with blanks. */
export const DELIMITERS = [',', ';', '\t', '|', '  '];
const LONGEST_TITLE = 100;
const NAME = /^(class( name)?|name|classname)$/i;
const INSTANCES =
  /^(objects|instances|(instance|object|inst|total|heap) ?count|count|live objects|# ?(instances|objects)|allocations)$/i;
const SHALLOW = /^(shallow( heap| size)?|(total )?size|(inst ?)?bytes|live bytes|# ?bytes)$/i;
const RETAINED = /^(min(imum)? )?retained( heap| size)?$/i;

/**
 * The header of a histogram as MAT ("Class Name", Objects, Shallow Heap, Retained Heap), YourKit (Class, Objects, Shallow Size,
 * Retained Size), VisualVM (Class Name, Live Bytes, Live Objects), JProfiler (Name, Instance count, Size) and IntelliJ (Class, Count, Shallow, Retained)
 * export it; MAT's text export has bars between columns.
 */
export function readCsvHeader(line: string): CsvColumns | undefined {
  for (const delimiter of DELIMITERS) {
    const titles = splitRow(line.replace(/^\uFEFF/, ''), delimiter).map((title) =>
      // No tool has a title so long, and the pattern below tries each bracket to the end of its text.
      title
        .slice(0, LONGEST_TITLE)
        // A share is not the number itself: VisualVM has `Bytes [%]` before `Bytes`.
        .replace(/^.*%.*$|\[.*\]|\((bytes|b)\)|, ?(bytes|b)$/i, '')
        .replaceAll('_', ' ')
        .trim(),
    );
    if (titles.length < 3) continue;
    const find = (pattern: RegExp): number => titles.findIndex((title) => pattern.test(title));
    const [name, instances, shallow, retained] = [find(NAME), find(INSTANCES), find(SHALLOW), find(RETAINED)];
    if (name < 0 || instances < 0 || shallow < 0) continue;
    const tool = /heap/i.test(titles[shallow]!)
      ? 'Eclipse MAT'
      : /live/i.test(titles[shallow]!)
        ? 'VisualVM'
        : 'a profiler';
    return { delimiter, tool, name, instances, shallow, retained };
  }
  return undefined;
}

export interface CsvRow {
  readonly name: string;
  readonly instances: number;
  readonly shallowBytes: number;
  readonly retainedBytes: number | null;
  readonly isRounded: boolean;
}

export function readCsvRow(
  line: string,
  { delimiter, name, instances, shallow, retained }: CsvColumns,
): CsvRow | undefined {
  const cells = splitRow(line, delimiter);
  const text = cells[name]?.trim() ?? '';
  const counts = [readNumber(cells[instances]), readNumber(cells[shallow])];
  if (text === '' || counts[0] === undefined || counts[1] === undefined) return undefined;
  return {
    name: text,
    instances: counts[0],
    shallowBytes: counts[1],
    retainedBytes: retained < 0 ? null : (readNumber(cells[retained]) ?? null),
    isRounded: isRounded(cells[shallow]),
  };
}

/** MAT ends with a line that adds up: `Total: 25 of 4,011 entries; 3,986 more`. Undefined for others, else how many rows it left out. */
export function rowsLeftOut(line: string, { delimiter, name }: CsvColumns): number | undefined {
  const text = splitRow(line, delimiter)[name]?.trim() ?? '';
  if (!/^(?:Total|Σ)\b/.test(text) || text.length > LONGEST_TITLE) return undefined;
  return readNumber(/([\d,.]+) more/.exec(text)?.[1]) ?? 0;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, bytes: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const GROUPED = /^\d{1,3}(?:[,.\u00a0\u202f '’]\d{3})+$/;
const PLAIN = /^\d+(?:[.,]\d{1,2})?$/;
const CELL = /^\s*(?:>=|≥|~)?\s*([\d,.\u00a0\u202f '’]*\d)\s*(B|bytes|([KMG])i?[BO])?\s*(?:\([^)]*\))?\s*$/i;

/**
 * `1,234`, `1 234`, `1.234` (thousands, since there are no parts of a byte), `>= 1,234` (MAT: at least), `1,234 B (12.3%)`; and `1.2 MB`, which is
 * rounded (`isRounded`).
 */
export function readNumber(cell: string | undefined): number | undefined {
  const [, digits = '', unit = '', large] = CELL.exec(cell ?? '') ?? [];
  const factor = UNITS[(large ?? unit).toLowerCase()] ?? 1;
  const number = GROUPED.test(digits)
    ? Number(digits.replace(/\D/g, ''))
    : PLAIN.test(digits) && (factor > 1 || /^\d+$/.test(digits))
      ? Number(digits.replace(',', '.'))
      : NaN;
  const bytes = Math.round(number * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Was the number written in larger units than it was counted in? */
export const isRounded = (cell: string | undefined): boolean => CELL.exec(cell ?? '')?.[3] !== undefined;

/** Cells of one line; quotes may surround a cell and are doubled inside. */
export function splitRow(line: string, delimiter: string): string[] {
  if (delimiter === '  ') return line.trim().split(/ {2,}/);
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (line[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === delimiter) {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  cells.push(cell);
  return cells;
}
