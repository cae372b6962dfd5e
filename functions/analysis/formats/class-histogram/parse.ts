import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { eachLine } from '../../bytes/lines.ts';
import { decodeText } from '../../bytes/text-pool.ts';
import { Complaints } from '../complaints.ts';
import { javaName } from '../hprof/java-names.ts';
import { type CsvColumns, readCsvHeader, readCsvRow } from './csv-layout.ts';

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
const TOTAL = /^\s*Total\s+(\d+)\s+(\d+)\s*$/;
export const TITLE = /^\s*num\s+#instances\s+#bytes\s+class name/;

/** Reads every histogram of a text: `jmap -histo`, `jcmd GC.class_histogram`, those in a thread dump, or a CSV export. */
export async function parseHistograms(source: ByteSource, run: Run): Promise<Histograms> {
  const reader = new HistogramReader();
  const stats = await eachLine(source, run, { maxLineBytes: 1 << 14 }, (bytes, start, end, line) => {
    reader.line(decodeText(bytes, start, end), line);
    return true;
  });
  return reader.finish(stats.openEnd);
}

class HistogramReader {
  readonly #histograms: Histogram[] = [];
  readonly #complaints = new Complaints('line');
  #current: Histogram | undefined;
  #csv: CsvColumns | undefined;
  #lastRank = 0;
  #cutLine = false;

  line(text: string, line: number): void {
    this.#cutLine = false;
    if (text.trim() === '') return;
    if (this.#csv !== undefined) {
      this.#csvRow(text, line);
      return;
    }
    if (TITLE.test(text)) {
      this.#open();
      return;
    }
    const numbered = NUMBERED.exec(text);
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
      this.#add(plain[3]!, Number(plain[1]), Number(plain[2]), null, line);
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
    const row = readCsvRow(text, this.#csv!);
    if (row === undefined) this.#complaints.add('not a row of the table', line);
    else this.#add(row.name, row.instances, row.shallowBytes, row.retainedBytes, line);
  }

  #add(rawName: string, instances: number, shallowBytes: number, retainedBytes: number | null, line: number): void {
    const classes = this.#current?.classes;
    if (classes === undefined) return;
    // `[B (java.base@17.0.15)`, `Foo @ 0x...` and the module belong to the tool, not to the class.
    const name = javaName(
      rawName
        .replace(/ \([^)]*\)\s*$/, '')
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
