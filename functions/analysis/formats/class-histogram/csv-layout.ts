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

const DELIMITERS = [',', ';', '\t'];
const NAME = /^(class( name)?|name|classname)$/i;
const INSTANCES = /^(objects|instances|instance count|count|live objects|# ?instances|object count)$/i;
const SHALLOW = /^(shallow (heap|size)|size|bytes|live bytes|shallow size \(bytes\)|size \(bytes\)|# ?bytes)$/i;
const RETAINED = /^(retained (heap|size)|retained size \(bytes\)|retained)$/i;

/**
 * The header of a histogram as MAT ("Class Name", Objects, Shallow Heap, Retained Heap), YourKit (Class, Objects, Shallow Size,
 * Retained Size), VisualVM (Class Name, Live Bytes, Live Objects) and JProfiler (Name, Instance count, Size) export it.
 */
export function readCsvHeader(line: string): CsvColumns | undefined {
  for (const delimiter of DELIMITERS) {
    const titles = splitRow(line.replace(/^\uFEFF/, ''), delimiter).map((title) =>
      title.replace(/\[.*\]|\(%\)/, '').trim(),
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

export function readCsvRow(
  line: string,
  { delimiter, name, instances, shallow, retained }: CsvColumns,
): { name: string; instances: number; shallowBytes: number; retainedBytes: number | null } | undefined {
  const cells = splitRow(line, delimiter);
  const text = cells[name]?.trim() ?? '';
  const counts = [readNumber(cells[instances]), readNumber(cells[shallow])];
  if (text === '' || counts[0] === undefined || counts[1] === undefined) return undefined;
  // MAT ends with a line that adds up or says how many rows were left out.
  if (/^Total: /.test(text)) return undefined;
  return {
    name: text,
    instances: counts[0],
    shallowBytes: counts[1],
    retainedBytes: retained < 0 ? null : (readNumber(cells[retained]) ?? null),
  };
}

/** `1,234`, `1 234`, `>= 1,234` (MAT: at least), `1,234 B (12.3%)`, `1.2 MB` is not a number that adds up and is not taken. */
function readNumber(cell: string | undefined): number | undefined {
  const match = /^\s*(?:>=|≥)?\s*(\d{1,3}(?:[,.\u00a0\u202f '’]\d{3})+|\d+)\s*(?:B|bytes)?\s*(?:\([^)]*\))?\s*$/.exec(
    cell ?? '',
  );
  if (!match) return undefined;
  const number = Number(match[1]!.replace(/\D/g, ''));
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Cells of one line; quotes may surround a cell and are doubled inside. */
export function splitRow(line: string, delimiter: string): string[] {
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
