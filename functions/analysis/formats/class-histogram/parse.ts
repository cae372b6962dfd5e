import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { eachLine } from '../../bytes/lines.ts';
import { readRange } from '../../bytes/read.ts';
import { decodeText } from '../../bytes/text-pool.ts';
import { readWhole } from '../../bytes/whole.ts';
import { Complaints } from '../complaints.ts';
import { javaName } from '../hprof/java-names.ts';
import { inferColumns } from './columns-by-numbers.ts';
import { type CsvColumns, readCsvHeader, readCsvRow, rowsLeftOut } from './csv-layout.ts';
import { isMarkup, rowsOfMarkup } from './markup-rows.ts';

export interface ClassCount {
  readonly name: string;
  readonly instances: number;
  readonly shallowBytes: number;
  /** Only some tools know it. */
  readonly retainedBytes: number | null;
}

/** One histogram: classes by name; classes of one name (of several loaders) are added up. */
export interface Histogram {
  readonly classes: Map<string, ClassCount>;
  /** What its last line said all classes add up to. */
  total?: { readonly instances: number; readonly bytes: number };
}

export interface Histograms {
  readonly histograms: readonly Histogram[];
  readonly tool: string;
  readonly warnings: readonly string[];
}

const MAX_CLASSES = 500_000;
const MAX_HISTOGRAMS = 1000;
/** `   1:   12242   1693680  [B (java.base@17.0.15)`; older tools leave the number out. */
export const NUMBERED = /^\s*(\d+):\s+(\d+)\s+(\d+)\s+(\S.*)$/;
export const UNNUMBERED = /^\s*(\d+)\s+(\d+)\s+(\S+)\s*$/;
/** OpenJ9 leaves the colon out, so its rows are known only below its title. */
const OPENJ9_TITLE = /object count/i;
const OPENJ9_ROW = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s*$/;
const TOTAL = /^\s*Total\s*:?\s+(\d+)\s+(\d+)\s*$/;
/** HotSpot; its serviceability agent (`jmap -F`, `jhsdb jmap --histo`); OpenJ9. */
const NUMBERED_TITLE = /^\s*num\s+(#instances|object count)\s+(#bytes|total size)\s+class (name|description)/i;
/** `Size Count Class description` of JDK 5, `____Size__Instances__Class____` of Hitachi: the bytes come first. */
const BYTES_FIRST = /^[\s_]*Size[\s_]+(Count|Instances)[\s_]+Class(?![a-z])/;
export const TITLE = new RegExp(`${NUMBERED_TITLE.source}|${BYTES_FIRST.source}`, 'i');
/** What a log puts before each line: `[2.345s][trace][gc,classhisto] GC(3) `, `2024-05-01T10:00:00.123Z `. */
const LOG_PREFIX = /^(?:(?:\[[^\]\s]{1,80}\s*\])+\s?(?:GC\(\d+\) )?|\d{4}-\d\d-\d\dT[\d:.,]+(?:Z|[+-]\d\d:?\d\d)\s)/;
const LINE_AFTER_PREFIX = /^\s*(num\s+#inst|\d+:\s+\d+\s+\d+\s+\S|Total\s+\d+\s+\d+\s*$)/;

/** The line without what a log puts before it, where it is one of a histogram. */
export function withoutPrefix(line: string): string {
  const rest = line.replace(LOG_PREFIX, '');
  return rest.length < line.length && LINE_AFTER_PREFIX.test(rest) ? rest : line;
}

const HEAD_BYTES = 1 << 16;
/** A page with a row for each of 100,000 classes has 20 MB. */
const MAX_MARKUP_BYTES = 64 * 2 ** 20;

/** Reads every histogram of a text: `jmap -histo`, `jcmd GC.class_histogram`, those in a thread dump or a GC log, or an export as CSV, HTML or XML. */
export async function parseHistograms(source: ByteSource, run: Run): Promise<Histograms> {
  const head = new TextDecoder().decode(await readRange(source, 0, HEAD_BYTES));
  if (isMarkup(head)) {
    const rows = rowsOfMarkup(new TextDecoder().decode(await readWhole(source, run, MAX_MARKUP_BYTES)));
    const reader = new HistogramReader(columnsOf(rows));
    for (const [i, row] of rows.entries()) reader.line(row, i + 1);
    return reader.finish(false);
  }
  const reader = new HistogramReader(columnsOf(head.split('\n')));
  const stats = await eachLine(source, run, { maxLineBytes: 1 << 14 }, (bytes, start, end, line) => {
    reader.line(decodeText(bytes, start, end), line);
    return true;
  });
  return reader.finish(stats.openEnd);
}

/** Columns told by their numbers, where the first line is none that is known. */
export function columnsOf(lines: readonly string[]): CsvColumns | undefined {
  const first = lines.find((line) => line.trim() !== '') ?? '';
  return readCsvHeader(first) === undefined ? inferColumns(lines) : undefined;
}

class HistogramReader {
  readonly #histograms: Histogram[] = [];
  readonly #complaints = new Complaints('line');
  #current: Histogram | undefined;
  #csv: CsvColumns | undefined;
  #lastRank = 0;
  #bytesFirst = false;
  #openJ9 = false;
  #rounded = false;
  #leftOut = 0;
  readonly #inferred: CsvColumns | undefined;
  #cutLine = false;

  constructor(inferred?: CsvColumns) {
    this.#inferred = inferred;
  }

  line(raw: string, line: number): void {
    this.#cutLine = false;
    const text = withoutPrefix(raw);
    if (text.trim() === '' || (text.includes('---') && /^[\s|:+-]+$/.test(text))) return;
    if (this.#csv === undefined && this.#inferred !== undefined) {
      this.#csv = this.#inferred;
      this.#open();
      return;
    }
    if (this.#csv !== undefined) {
      this.#csvRow(text, line);
      return;
    }
    if (TITLE.test(text)) {
      this.#open();
      this.#bytesFirst = BYTES_FIRST.test(text);
      this.#openJ9 = OPENJ9_TITLE.test(text);
      return;
    }
    const numbered = (this.#openJ9 ? OPENJ9_ROW : NUMBERED).exec(text);
    if (numbered) {
      const rank = Number(numbered[1]);
      // The rank begins again: another histogram, as in the output of a loop.
      if (this.#current === undefined || rank <= this.#lastRank) this.#open();
      this.#lastRank = rank;
      this.#add(numbered[4]!, Number(numbered[2]), Number(numbered[3]), null, line);
      return;
    }
    const total = TOTAL.exec(text);
    if (total) {
      if (this.#current) this.#current.total = { instances: Number(total[1]), bytes: Number(total[2]) };
      this.#current = undefined;
      return;
    }
    const plain = UNNUMBERED.exec(text);
    if (plain) {
      this.#current ??= this.#open();
      const [first, second] = [Number(plain[1]), Number(plain[2])];
      if (this.#bytesFirst) this.#add(plain[3]!, second, first, null, line);
      else this.#add(plain[3]!, first, second, null, line);
      return;
    }
    this.#csv = this.#histograms.length === 0 ? readCsvHeader(text) : undefined;
    if (this.#csv) this.#open();
    // The line above the first histogram is jcmd's process id; other text around is that of the log it was found in.
    this.#cutLine = this.#current !== undefined && /^\s*\d/.test(text);
  }

  finish(openEnd: boolean): Histograms {
    const histograms = this.#histograms.filter(({ classes }) => classes.size > 0);
    if (histograms.length === 0)
      throw new AppError(
        'corrupt',
        'No class histogram was found: expected lines such as "1: 12242 1693680 [B" of jcmd PID GC.class_histogram or jmap -histo, or a CSV with the columns Class Name, Objects, Shallow Heap.',
      );
    const warnings = this.#complaints.warnings();
    if (this.#csv !== undefined && this.#csv === this.#inferred)
      warnings.push(
        `The titles of the columns are in no language that is known here: by their numbers, column ${this.#csv.instances + 1} was taken for instances, ${this.#csv.shallow + 1} for bytes${this.#csv.retained < 0 ? '' : `, ${this.#csv.retained + 1} for retained bytes`}.`,
      );
    if (this.#leftOut > 0)
      warnings.push(
        `The table was exported with ${this.#leftOut} classes left out: show all rows of it (in Memory Analyzer, expand its last line) and export again.`,
      );
    if (this.#rounded)
      warnings.push(
        'Sizes are rounded (kB, MB) by the tool that wrote them: set it to bytes and export again for exact ones.',
      );
    const last = histograms.at(-1)!;
    if (this.#csv === undefined && last.total === undefined && (openEnd || this.#cutLine))
      warnings.push('The last histogram has no line "Total": the text may be cut off, and small classes are missing.');
    for (const [i, { total, classes }] of histograms.entries()) {
      if (total === undefined) continue;
      let instances = 0;
      for (const row of classes.values()) instances += row.instances;
      if (instances !== total.instances)
        warnings.push(
          `Histogram ${i + 1} says that there are ${total.instances} instances, and its lines add up to ${instances}: lines are missing.`,
        );
    }
    return { histograms, tool: this.#csv?.tool ?? 'jmap or jcmd', warnings: warnings.slice(0, 100) };
  }

  #open(): Histogram {
    const histogram: Histogram = { classes: new Map() };
    this.#current = histogram;
    this.#lastRank = 0;
    if (this.#histograms.length < MAX_HISTOGRAMS) this.#histograms.push(histogram);
    else this.#complaints.add(`more than ${MAX_HISTOGRAMS} histograms; the rest was left out`, 0);
    return histogram;
  }

  #csvRow(text: string, line: number): void {
    const leftOut = rowsLeftOut(text, this.#csv!);
    if (leftOut !== undefined) {
      this.#leftOut += leftOut;
      return;
    }
    const row = readCsvRow(text, this.#csv!);
    if (row === undefined) this.#complaints.add('not a row of the table', line);
    else this.#add(row.name, row.instances, row.shallowBytes, row.retainedBytes, line);
    this.#rounded ||= row?.isRounded === true;
  }

  #add(rawName: string, instances: number, shallowBytes: number, retainedBytes: number | null, line: number): void {
    const classes = this.#current?.classes;
    if (classes === undefined) return;
    // `[B (java.base@17.0.15)`, `Foo @ 0x...` and the module belong to the tool, not to the class.
    const name = javaName(
      rawName
        .replace(/ \([^)]*\)\s*$/, '')
        .replace(/^class (?=\S+$)/, '') // as jhat lists them
        .trim()
        .slice(0, 1000),
    );
    if (!Number.isSafeInteger(instances) || !Number.isSafeInteger(shallowBytes)) {
      this.#complaints.add('a number too large to be one', line);
      return;
    }
    const known = classes.get(name);
    if (known === undefined && classes.size >= MAX_CLASSES) {
      this.#complaints.add(`more than ${MAX_CLASSES} classes; the rest was left out`, line);
      return;
    }
    classes.set(name, {
      name,
      instances: instances + (known?.instances ?? 0),
      shallowBytes: shallowBytes + (known?.shallowBytes ?? 0),
      retainedBytes: known?.retainedBytes == null ? retainedBytes : known.retainedBytes + (retainedBytes ?? 0),
    });
  }
}
