import { bytesAre, decodeText } from '../../bytes/text-pool.ts';
import { BLANK, fieldText, guessDelimiter, newFields, splitFields } from './fields.ts';
import { planKeyRows } from './key-rows.ts';
import { type CsvPlan, planColumns } from './plan.ts';

/** Lines of a title that may stand above a table. */
const MOST_TITLE_LINES = 6;

export interface Beginning {
  readonly delimiter: number;
  readonly plan: CsvPlan;
  /** Which of the lines is the first row of numbers. */
  readonly rowsFrom: number;
}

/** What splits the first lines of a table and what its columns are. `sep=`, comments and a title may stand above it; undefined for no table. */
export function beginningOf(all: readonly Uint8Array[]): Beginning | undefined {
  const lines = firstTable(all);
  const said = lines[0]?.length === 5 && bytesAre(lines[0], 0, 4, 'sep=') ? lines[0][4] : undefined;
  const starts = [said === undefined ? 0 : 1];
  const comments = lines.findIndex((line) => line[0] !== HASH);
  // The last comment may be the header: `#time,rss`.
  if (comments > 0) starts.splice(0, 1, comments - 1, comments);
  else for (let at = 1; at <= MOST_TITLE_LINES && said === undefined; at++) starts.push(at);
  for (const start of starts) {
    const first = lines[start];
    const rest = lines.slice(start);
    if (first === undefined || rest.length < 2) continue;
    if (first[0] === HASH) rest[0] = first.subarray(first[1] === 0x20 ? 2 : 1);
    const rows = rest.filter((line) => !isNoRow(line, 0, line.length));
    const delimiter = said ?? guessDelimiter(rows);
    if (delimiter === undefined) continue;
    const fields = newFields();
    const texts = rows.map((row) => {
      splitFields(row, 0, row.length, delimiter, fields);
      return Array.from({ length: fields.count }, (_, index) => fieldText(row, fields, index));
    });
    const keyed = start === 0 ? planKeyRows(texts, delimiter) : undefined;
    if (keyed !== undefined && rows.length === rest.length) return { delimiter, ...keyed };
    // Below a title only what is certainly a table counts: a header, and rows that are all as long.
    const isTitled = start > 0 && said === undefined;
    if (isTitled && !texts.every((row) => row.length === texts[0]?.length)) continue;
    const plan = planColumns(texts, delimiter);
    // Logs are words set apart by blanks as well.
    if (delimiter === BLANK && (plan?.labels.length ?? 0) > (plan?.hasHeader === true ? 3 : 0)) continue;
    if (plan === undefined || (isTitled && !plan.hasHeader && first[0] !== HASH && comments <= 0)) continue;
    return { delimiter, plan, rowsFrom: plan.hasHeader ? start + 1 : start };
  }
  return undefined;
}
const HASH = 0x23;

/** The lines up to the next header: one that begins like the first, differs from it and has no number. Several exports may stand in one file. */
function firstTable(lines: readonly Uint8Array[]): readonly Uint8Array[] {
  const heads = lines.map((line) => /^[^,;\t|]*[,;\t|]/.exec(decodeText(line, 0, Math.min(line.length, 300)))?.[0]);
  const first = heads.findIndex((head) => head !== undefined);
  const name = heads[first];
  if (name === undefined || /^["#]?\d/.test(name) || hasNumber(lines[first]!)) return lines;
  const next = heads.findIndex(
    (head, at) => at > first + 1 && head === name && !isSameLine(lines[at]!, lines[first]!) && !hasNumber(lines[at]!),
  );
  return next < 0 ? lines : lines.slice(0, next);
}

/** A cell that is a number, or (in lines of blanks) a number at the end. */
function hasNumber(line: Uint8Array): boolean {
  const text = decodeText(line, 0, Math.min(line.length, 4000));
  return /[,;\t|]\s*"?[+-]?\d+(?:[.,:-]\d|\s*[,;\t|"]|$)|\s[+-]?\d[\d.eE+-]*$/.test(text);
}

function isSameLine(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** Empty lines, lines of delimiters alone, and the rules under headers: `---+---`, `|---|---|`. */
export function isNoRow(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!RULE.has(bytes[at] ?? 0)) return false;
  return true;
}
const RULE: ReadonlySet<number> = new Set(new TextEncoder().encode('-+|=:,; \t'));
