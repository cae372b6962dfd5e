import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { createHash } from 'node:crypto';
import { isAppError } from '../../model/error.ts';
import { unpackSnappy } from '../../analysis/bytes/snappy.ts';
import { type BodyType, type Frame, MAX_UNPACKED_BYTES, writeHeader } from '../../analysis/formats/push-log/frame.ts';
import { gunzipBounded } from '../../analysis/formats/push-log/gunzip.ts';
import { type BlockSeries, readBlock, writeBlocks } from '../../analysis/formats/push-log/series-block.ts';
import { walkRequest } from './walk-request.ts';

/** Of one generation of blocks: 32 MB of columns. What has so many is closed, and no compaction unpacks it again. */
const MOST_SAMPLES = 2_000_000;
const MOST_LABEL_BYTES = 64_000_000;
const MOST_IDENTITIES = 100_000;
/** Of one series in a generation: the analysis looks at no more. */
const MOST_STALE = 2000;
const pack = promisify(gzip);

interface Column {
  kind: number;
  readonly times: number[];
  readonly values: number[];
  stale: number[];
  sorted: boolean;
}

/** Remote writes and blocks go in, blocks come out: every series once, sorted, of each time the sample that came last. */
export class SeriesCollector {
  /** By the bytes of their labels, one character each: an array of its own for each of 100,000 series would cost as much again. */
  #columns = new Map<string, Column>();
  #identities = new Set<string>();
  #histograms = 0;
  #samples = 0;
  #labelBytes = 0;
  readonly #pieces: Uint8Array[];
  readonly #seen: Set<string>;

  readonly #rest: number;

  /** Closed generations go to `pieces`; identities of what went in to `seen`. After each push it rests `rest` times as long as that took. */
  constructor(pieces: Uint8Array[], seen: Set<string>, rest: number) {
    this.#pieces = pieces;
    this.#seen = seen;
    this.#rest = rest;
  }

  /** False, and nothing is taken, for what stays as it is: other bodies, damaged ones, closed blocks. */
  async takes(frame: Frame, body: Uint8Array): Promise<boolean> {
    if (frame.type !== 'remote-write' && frame.type !== 'series') return false;
    const startMs = performance.now();
    const taken: BlockSeries[] = [];
    let histograms: number;
    try {
      if (frame.type === 'remote-write') {
        histograms = walkRequest(unpackSnappy(body, { maxBytes: MAX_UNPACKED_BYTES }), taken);
        this.#remember(frame.identity);
      } else {
        const head = readBlock(gunzipBounded(body, MAX_UNPACKED_BYTES), (series) => taken.push(series));
        histograms = head.histograms;
        for (const identity of head.identities) this.#remember(identity);
      }
    } catch (error) {
      if (!isAppError(error)) throw error;
      return false;
    }
    this.#histograms += histograms;
    for (const series of taken) this.#take(series);
    if (
      this.#samples >= MOST_SAMPLES ||
      this.#labelBytes >= MOST_LABEL_BYTES ||
      this.#identities.size >= MOST_IDENTITIES
    ) {
      await this.flush('series-closed');
    }
    // A push that arrives meanwhile takes a dozen turns of the event loop: it gets some time of its own, not one turn at a time.
    await sleep(this.#rest * (performance.now() - startMs));
    return true;
  }

  async flush(type: Extract<BodyType, 'series' | 'series-closed'>): Promise<void> {
    const head = { identities: [...this.#identities], histograms: this.#histograms };
    for (const block of writeBlocks(head, settled(this.#columns))) {
      const body = await pack(block);
      const identity = createHash('sha256').update(body).digest();
      this.#pieces.push(writeHeader(type, identity, body.length), body);
    }
    this.#columns = new Map();
    this.#identities = new Set();
    this.#histograms = this.#samples = this.#labelBytes = 0;
  }

  #remember(identity: string): void {
    this.#identities.add(identity);
    this.#seen.add(identity);
  }

  #take({ labels, kind, times, values, stale }: BlockSeries): void {
    if (times.length === 0 && stale.length === 0) return;
    const column = this.#column(labels, kind);
    for (let i = 0; i < times.length; i++) {
      const time = times[i] ?? 0;
      if (column.times.length > 0 && time <= (column.times.at(-1) ?? 0)) column.sorted = false;
      column.times.push(time);
      column.values.push(values[i] ?? 0);
    }
    for (const time of stale) column.stale.push(time);
    this.#samples += times.length + stale.length;
  }

  #column(labels: Uint8Array, kind: number): Column {
    const key = Buffer.from(labels.buffer, labels.byteOffset, labels.length).toString('latin1');
    let column = this.#columns.get(key);
    if (!column) {
      column = { kind, times: [], values: [], stale: [], sorted: true };
      this.#columns.set(key, column);
      this.#labelBytes += labels.length;
    }
    if (kind !== 0) column.kind = kind;
    return column;
  }
}

function* settled(columns: ReadonlyMap<string, Column>): Generator<BlockSeries> {
  for (const [key, column] of columns) {
    settle(column);
    yield { ...column, labels: Buffer.from(key, 'latin1') };
  }
}

/** Sorted, and of each time what came last. */
function settle(column: Column): void {
  const { times, values, stale } = column;
  column.stale = [...new Set(stale)].sort((a, b) => a - b).slice(-MOST_STALE);
  if (column.sorted) return;
  const byTime = new Map<number, number>();
  for (const [i, time] of times.entries()) byTime.set(time, values[i] ?? 0);
  const sorted = [...byTime].sort(([a], [b]) => a - b);
  times.length = values.length = 0;
  for (const [time, value] of sorted) {
    times.push(time);
    values.push(value);
  }
  column.sorted = true;
}
