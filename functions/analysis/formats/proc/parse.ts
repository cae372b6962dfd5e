import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { eachLine } from '../../bytes/lines.ts';
import { decodeText } from '../../bytes/text-pool.ts';
import type { SampleSet } from '../../series/sample-set.ts';
import { Complaints } from '../complaints.ts';
import { headingOf } from '../heading.ts';
import { Rounds } from '../rounds.ts';
import { isTimeLine, splitTime } from '../time-line.ts';
import { FIELD, MAPPING, NOT_SUMMED, PRESSED, PRESSURE, PROC_FILE, SMAPS_FIELDS, STAT, STATM } from './fields.ts';
import { type Mapping, MappingSums } from './mapping-sums.ts';

const PAGE_BYTES = 4096;
const MOST_PAGES = 2 ** 52;
const KIB = 1024;

export interface ProcSamples {
  readonly samples: SampleSet;
  /** The last round of `smaps`, summed by what is mapped; empty for other files. */
  readonly mappings: readonly Mapping[];
  /** Mappings in all rounds. */
  readonly mappingCount: number;
  readonly warnings: readonly string[];
}

/**
 * /proc/PID/status, smaps (summed over its mappings), smaps_rollup, stat, /proc/meminfo and /proc/pressure/memory, once or
 * again and again with times. Field names stay as they are; kB are KiB, and become bytes.
 */
export async function parseProc(source: ByteSource, run: Run): Promise<ProcSamples> {
  const reader = new ProcReader(run);
  await eachLine(source, run, { maxLineBytes: 16_384 }, (bytes, start, end, line) => {
    reader.line(decodeText(bytes, start, end), line);
    return undefined;
  });
  return reader.finish();
}

class ProcReader {
  readonly #rounds: Rounds;
  readonly #complaints = new Complaints('line');
  readonly #sums = new MappingSums();
  /** The heading that stands over what follows, and what the file itself says beside it. */
  #home: Record<string, string> = {};
  #process: Record<string, string> = {};
  /** `memory_`, where a file says what is under pressure. */
  #pressed: string;
  #inMapping = false;
  #lastMapping = '';

  constructor(run: Run) {
    this.#rounds = new Rounds(run);
    const [, before, behind] = PRESSED.exec(run.name ?? '') ?? [];
    this.#pressed = prefixOf(before ?? behind);
  }

  line(raw: string, line: number): void {
    let text = raw.trimEnd();
    if (text.trim() === '') return;
    const file = PROC_FILE.exec(text);
    if (file !== null) {
      if (file[1] !== this.#process['pid']) this.#endSmaps();
      if (file[1] !== undefined && file[1] !== this.#process['pid']) this.#process = { ...this.#home, pid: file[1] };
      if (file[2] !== undefined) this.#pressed = prefixOf(file[2]);
      text = text.slice(file[0].length);
      if (text === '') return;
    }
    const mapping = MAPPING.exec(text);
    if (mapping !== null) return this.#mapping(text, mapping[1] ?? '');
    if (isTimeLine(text)) {
      this.#endSmaps();
      this.#home = {};
      this.#process = {};
      this.#rounds.takeTime(text);
      return;
    }
    const heading = headingOf(text.trim());
    if (heading !== undefined) {
      this.#endSmaps();
      this.#home = heading;
      this.#process = heading;
      return;
    }
    const { timeMs: leading, rest } = splitTime(this.#rounds.afterClock(text));
    const field = FIELD.exec(rest);
    if (field !== null)
      return this.#field(
        field[1] ?? '',
        Number(field[2]) * (field[3] === 'kB' ? KIB : 1),
        field[3] !== undefined,
        leading,
      );
    const name = /^(Name|Pid|State|VmFlags|Umask|Groups|THPeligible|ProtectionKey|[A-Za-z_]{2,40}):\s*(.*)$/.exec(rest);
    if (name !== null) {
      if (name[1] === 'Name') this.#process = { ...this.#process, process: name[2] ?? '' };
      return;
    }
    if (this.#pressure(rest, leading) || this.#stat(rest, leading) || this.#statm(rest, leading)) return;
    if (!Number.isNaN(leading)) this.#rounds.at(leading);
    else this.#complaints.add('a line that no /proc file has', line);
  }

  finish(): ProcSamples {
    this.#endSmaps();
    const samples = this.#rounds.finish();
    const warnings = this.#complaints.warnings();
    if (samples.series.length === 0) {
      throw new AppError(
        'bad-input',
        `no line is of /proc (status, smaps, meminfo)${warnings[0] === undefined ? '' : `: ${warnings[0]}`}`,
      );
    }
    return { samples, mappings: this.#sums.last(), mappingCount: this.#sums.count, warnings };
  }

  #mapping(text: string, path: string): void {
    const address = text.slice(0, text.indexOf(' '));
    // Addresses rise within one process; where they fall, the next snapshot begins.
    if (this.#inMapping && rangeStart(address) < rangeStart(this.#lastMapping)) this.#endSmaps();
    this.#inMapping = true;
    this.#lastMapping = address;
    this.#sums.begin(path === '' ? '[anonymous]' : path);
  }

  #field(name: string, value: number, isBytes: boolean, timeMs: number): void {
    if (this.#inMapping && SMAPS_FIELDS.has(name)) {
      if (!NOT_SUMMED.has(name) && isBytes) this.#sums.add(name, value);
      return;
    }
    if (name === 'Pid') {
      this.#process = { ...this.#process, pid: String(value) };
      return;
    }
    if (!isBytes && !COUNTS.has(name)) return;
    const unit = isBytes ? 'bytes' : 'count';
    const kind = name.endsWith('ctxt_switches') ? 'counter' : 'gauge';
    this.#rounds.add(name, this.#process, value, { unit, kind, timeMs });
  }

  #pressure(text: string, timeMs: number): boolean {
    const found = PRESSURE.exec(text);
    if (found === null) return false;
    const [, kind = '', avg10, avg60, avg300, total] = found;
    const add = (name: string, value: string | undefined, unit: string): void =>
      this.#rounds.add(`${this.#pressed}pressure_${name}`, { kind }, Number(value), {
        unit,
        kind: unit === 'us' ? 'counter' : 'gauge',
        timeMs,
      });
    add('avg10', avg10, '%');
    add('avg60', avg60, '%');
    add('avg300', avg300, '%');
    add('total', total, 'us');
    return true;
  }

  /** Fields 20 (threads), 23 (vsize, bytes) and 24 (rss, pages; 4 KiB are assumed) of /proc/PID/stat. */
  #stat(text: string, timeMs: number): boolean {
    const found = STAT.exec(text);
    if (found === null) return false;
    const [, pid = '', process = '', , rest = ''] = found;
    const numbers = rest.split(' ').map(Number);
    const labels = { process, pid };
    this.#rounds.add('num_threads', labels, numbers[16] ?? 0, { unit: 'count', kind: 'gauge', timeMs });
    this.#rounds.add('VmSize', labels, numbers[19] ?? 0, { unit: 'bytes', kind: 'gauge', timeMs });
    this.#rounds.add('VmRSS', labels, (numbers[20] ?? 0) * PAGE_BYTES, { unit: 'bytes', kind: 'gauge', timeMs });
    return true;
  }

  #statm(text: string, timeMs: number): boolean {
    const found = STATM.exec(text);
    if (found === null) return false;
    for (const [i, name] of ['VmRSS', 'RssFile'].entries()) {
      const pages = Number(found[i + 1]);
      // Minus one, where the kernel does not know.
      if (pages < MOST_PAGES)
        this.#rounds.add(name, this.#process, pages * PAGE_BYTES, { unit: 'bytes', kind: 'gauge', timeMs });
    }
    return true;
  }

  #endSmaps(): void {
    if (!this.#inMapping) return;
    this.#inMapping = false;
    this.#lastMapping = '';
    for (const [name, value] of this.#sums.close()) {
      this.#rounds.add(name, this.#process, value, { unit: 'bytes', kind: 'gauge' });
    }
  }
}

const COUNTS = new Set([
  'Threads',
  'voluntary_ctxt_switches',
  'nonvoluntary_ctxt_switches',
  'FDSize',
  'HugePages_Total',
  'HugePages_Free',
]);

function prefixOf(pressed: string | undefined): string {
  return pressed === undefined ? '' : `${pressed}_`;
}

function rangeStart(address: string): number {
  return parseInt(address, 16);
}
