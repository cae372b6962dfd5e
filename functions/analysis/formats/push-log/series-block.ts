import { AppError } from '../../../model/error.ts';
import { BYTES, ProtoReader } from '../../bytes/proto-reader.ts';
import { setLabel } from '../labels.ts';
import { IDENTITY_BYTES } from './frame.ts';

/**
 * What compaction makes of many remote writes: each series once, its labels first, then its times and values in columns. As one sample
 * a scrape comes with all its labels, this is what makes a log small. All numbers are varints, signed ones in zigzag:
 *
 *     pushes, the identity of each (8 bytes) | native histograms | series
 *     a series: kind | bytes of labels, the labels | stale markers, their times | samples, 1 where the values are doubles
 *       times: differences of differences          values: differences of whole numbers, or doubles of 8 bytes, the low byte first
 *
 * Labels are `Label` messages of remote write 1.0 as they were sent. Times are ms.
 */
export interface BlockSeries {
  /** Metric type by its number in remote write 2.0; 0 where none was said. */
  readonly kind: number;
  readonly labels: Uint8Array;
  /** Strictly increasing, whole. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  /** Increasing, whole. */
  readonly stale: readonly number[];
}

export interface BlockHead {
  /** 16 hex digits each. */
  readonly identities: readonly string[];
  readonly histograms: number;
}

/** A block ends with the series that brings it here. */
const MOST_BLOCK_BYTES = 8_000_000;
/** With 16 bytes at the most for one: no block is beyond what a frame takes. */
const MOST_RUN = 400_000;

/** One or more blocks, not packed yet: the first one carries the head. */
export function* writeBlocks(head: BlockHead, series: Iterable<BlockSeries>): Generator<Uint8Array> {
  let sink = new Sink();
  let count = 0;
  let lead = headOf(head);
  const close = (): Uint8Array => {
    const whole = new Sink();
    whole.bytes(lead);
    whole.varint(count);
    whole.bytes(sink.done());
    lead = headOf({ identities: [], histograms: 0 });
    sink = new Sink();
    count = 0;
    return whole.done();
  };
  for (const one of series) {
    for (let from = 0; from === 0 || from < one.times.length; from += MOST_RUN) {
      writeSeries(sink, one, from, Math.min(one.times.length, from + MOST_RUN));
      count++;
      if (sink.length >= MOST_BLOCK_BYTES) yield close();
    }
  }
  if (count > 0 || head.identities.length > 0) yield close();
}

function headOf({ identities, histograms }: BlockHead): Uint8Array {
  const sink = new Sink();
  sink.varint(identities.length);
  for (const identity of identities) {
    sink.bytes(
      Uint8Array.from({ length: IDENTITY_BYTES }, (_, i) => Number.parseInt(identity.slice(2 * i, 2 * i + 2), 16)),
    );
  }
  sink.varint(histograms);
  return sink.done();
}

function writeSeries(sink: Sink, { kind, labels, times, values, stale }: BlockSeries, from: number, to: number): void {
  sink.varint(kind);
  sink.varint(labels.length);
  sink.bytes(labels);
  const breaks = from === 0 ? stale : [];
  sink.varint(breaks.length);
  let last = 0;
  for (const time of breaks) {
    sink.signed(time - last);
    last = time;
  }
  let whole = true;
  for (let i = from; i < to && whole; i++) whole = isWhole(values[i] ?? 0);
  sink.varint(to - from);
  sink.varint(whole ? 0 : 1);
  let step = 0;
  last = 0;
  for (let i = from; i < to; i++) {
    const time = times[i] ?? 0;
    sink.signed(time - last - step);
    step = time - last;
    last = time;
  }
  last = 0;
  for (let i = from; i < to; i++) {
    const value = values[i] ?? 0;
    if (whole) {
      sink.signed(value - last);
      last = value;
    } else sink.double(value);
  }
}

/** Differences of two such numbers are exact, twice over. */
const MOST_WHOLE = 2 ** 50;
const isWhole = (value: number): boolean =>
  Number.isInteger(value) && Math.abs(value) <= MOST_WHOLE && !Object.is(value, -0);
/** For times, whose differences of differences are written. */
export const isBlockTime = (timeMs: number): boolean => Number.isInteger(timeMs) && Math.abs(timeMs) <= MOST_WHOLE;

/** Reads a block, unpacked. `take` is called for each series; the arrays are its own. Throws AppError `corrupt`. */
export function readBlock(bytes: Uint8Array, take: (series: BlockSeries) => void): BlockHead {
  const source = new Source(bytes);
  const identities: string[] = [];
  for (let left = source.count(IDENTITY_BYTES); left > 0; left--) {
    let identity = '';
    for (const byte of source.bytes(IDENTITY_BYTES)) identity += byte.toString(16).padStart(2, '0');
    identities.push(identity);
  }
  const histograms = source.varint();
  for (let left = source.count(5); left > 0; left--) take(readSeries(source));
  return { identities, histograms };
}

function readSeries(source: Source): BlockSeries {
  const kind = source.varint();
  const labels = source.bytes(source.count(1));
  const stale: number[] = [];
  let last = 0;
  for (let left = source.count(1); left > 0; left--) stale.push((last += source.signed()));
  const times: number[] = [];
  const values: number[] = [];
  const count = source.count(2);
  const whole = source.varint() === 0;
  let step = 0;
  last = 0;
  for (let i = 0; i < count; i++) {
    step += source.signed();
    times.push((last += step));
  }
  last = 0;
  for (let i = 0; i < count; i++) values.push(whole ? (last += source.signed()) : source.double());
  return { kind, labels, times, values, stale };
}

/** The metric's name and its other labels, of the bytes of a series. */
export function readBlockLabels(bytes: Uint8Array): { metric: string; labels: Record<string, string> } {
  const found = { metric: 'value', labels: {} as Record<string, string> };
  const series = new ProtoReader(bytes);
  while (series.next()) {
    if (series.field !== 1 || series.wire !== BYTES) throw series.error('a field that is no label');
    const label = series.message();
    let name = '';
    let value = '';
    while (label.next()) {
      if (label.field === 1 && label.wire === BYTES) name = label.text();
      else if (label.field === 2 && label.wire === BYTES) value = label.text();
      else label.skip();
    }
    if (name === '__name__') found.metric = value.slice(0, 300);
    else if (value !== '') setLabel(found.labels, name, value);
  }
  return found;
}

class Sink {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    // Bits as 32-bit integers where they fit: divisions cost ten times as much.
    for (; rest >= 0x8000_0000; rest = Math.floor(rest / 128)) this.#bytes[this.length++] = (rest % 128) | 128;
    for (; rest >= 128; rest >>>= 7) this.#bytes[this.length++] = (rest & 127) | 128;
    this.#bytes[this.length++] = rest;
  }

  signed(value: number): void {
    this.varint(value >= 0 ? value * 2 : value * -2 - 1);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  done(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.length + count, this.#bytes.length * 2));
    grown.set(this.done());
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

class Source {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) break;
      this.#at++;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw this.#damaged('a number that is cut');
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** How many things follow that have so many bytes each at the least. */
  count(leastBytes: number): number {
    const count = this.varint();
    if (count * leastBytes > this.#bytes.length - this.#at) throw this.#damaged(`${count} things, beyond its end`);
    return count;
  }

  double(): number {
    if (this.#at + 8 > this.#bytes.length) throw this.#damaged('a number that is cut');
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  bytes(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) throw this.#damaged('it is cut');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  #damaged(what: string): AppError {
    return new AppError('corrupt', `the block of series is damaged at byte ${this.#at}: ${what}`, {
      data: { byte: this.#at },
    });
  }
}
