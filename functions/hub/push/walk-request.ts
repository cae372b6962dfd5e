import { BYTES, FIXED64, ProtoReader, VARINT } from '../../analysis/bytes/proto-reader.ts';
import { MAX_UNPACKED_BYTES } from '../../analysis/formats/push-log/frame.ts';
import { type BlockSeries, isBlockTime } from '../../analysis/formats/push-log/series-block.ts';

/** Longer ones than any analysis keeps: such a push stays as it is. */
const MOST_SERIES_LABEL_BYTES = 200_000;
const MOST_LABELS = 256;

/**
 * A remote write of either version, labels as bytes of 1.0: no text is decoded. Answers the number of
 * native histograms. Throws AppError `corrupt`, also where the labels would be longer than any request.
 */
export function walkRequest(body: Uint8Array, into: BlockSeries[]): number {
  const request = new ProtoReader(body);
  const symbols: Uint8Array[] = [];
  const waiting: ProtoReader[] = [];
  let histograms = 0;
  let labelBytes = 0;
  const take = (walked: Walked): void => {
    histograms += walked.histograms;
    labelBytes += walked.series.labels.length;
    // References to symbols may name a long one again and again.
    if (walked.series.labels.length > MOST_SERIES_LABEL_BYTES || labelBytes > MAX_UNPACKED_BYTES)
      throw request.error('labels that are too long');
    into.push(walked.series);
  };
  while (request.next()) {
    if (request.field === 1 && request.wire === BYTES) take(walkSeries(request.message()));
    else if (request.field === 4 && request.wire === BYTES) symbols.push(bytesOf(request.message()));
    else if (request.field === 5 && request.wire === BYTES) waiting.push(request.message());
    else request.skip();
  }
  for (const series of waiting) take(walkSeriesV2(series, symbols));
  return histograms;
}

interface Walked {
  readonly series: BlockSeries;
  readonly histograms: number;
}

const bytesOf = ({ bytes, at, end }: ProtoReader): Uint8Array => bytes.subarray(at, end);

function walkSeries(series: ProtoReader): Walked {
  const columns = emptyColumns();
  const labels: Uint8Array[] = [];
  let histograms = 0;
  // Labels come first and together: one slice of the message.
  let from = series.at;
  const cut = (to: number): void => {
    if (to > from) labels.push(series.bytes.subarray(from, to));
  };
  for (let start = series.at; series.next(); start = series.at) {
    if (series.field === 1 && series.wire === BYTES) {
      series.skip();
      continue;
    }
    cut(start);
    if (series.field === 2 && series.wire === BYTES) walkSample(series.message(), columns);
    else {
      if (series.field === 4) histograms++;
      series.skip();
    }
    from = series.at;
  }
  cut(series.at);
  const [only, ...others] = labels;
  const bytes = only && others.length === 0 ? only : Buffer.concat(labels);
  return { series: { kind: 0, labels: bytes, ...columns }, histograms };
}

function walkSeriesV2(series: ProtoReader, symbols: readonly Uint8Array[]): Walked {
  const columns = emptyColumns();
  const references: number[] = [];
  let kind = 0;
  let histograms = 0;
  while (series.next()) {
    if (series.field === 1 && series.wire === BYTES) {
      const packed = series.message();
      while (packed.at < packed.end && references.length < 2 * MOST_LABELS) references.push(packed.varint());
    } else if (series.field === 1 && series.wire === VARINT) references.push(series.varint());
    else if (series.field === 2 && series.wire === BYTES) walkSample(series.message(), columns);
    else if (series.field === 5 && series.wire === BYTES) {
      const metadata = series.message();
      while (metadata.next()) {
        if (metadata.field === 1 && metadata.wire === VARINT) kind = metadata.varint() % 8;
        else metadata.skip();
      }
    } else {
      if (series.field === 3) histograms++;
      series.skip();
    }
  }
  const labels: Uint8Array[] = [];
  let bytes = 0;
  for (let i = 0; i + 1 < references.length; i += 2) {
    const [name, value] = [symbols[references[i] ?? -1], symbols[references[i + 1] ?? -1]];
    if (!name || !value) throw series.error('a label that is not among the symbols');
    bytes += name.length + value.length;
    if (bytes > MOST_SERIES_LABEL_BYTES) throw series.error('labels that are too long');
    labels.push(...field(1, Buffer.concat([...field(1, name), ...field(2, value)])));
  }
  return { series: { kind, labels: Buffer.concat(labels), ...columns }, histograms };
}

function field(number: number, bytes: Uint8Array): [Uint8Array, Uint8Array] {
  const head = [number * 8 + BYTES];
  let rest = bytes.length;
  for (; rest >= 128; rest = Math.floor(rest / 128)) head.push((rest % 128) | 128);
  head.push(rest);
  return [Uint8Array.from(head), bytes];
}

interface Columns {
  readonly times: number[];
  readonly values: number[];
  readonly stale: number[];
}

const emptyColumns = (): Columns => ({ times: [], values: [], stale: [] });

function walkSample(sample: ProtoReader, { times, values, stale }: Columns): void {
  let value = 0;
  let timeMs = 0;
  while (sample.next()) {
    if (sample.field === 1 && sample.wire === FIXED64) value = sample.double();
    else if (sample.field === 2 && sample.wire === VARINT) timeMs = sample.varint();
    else sample.skip();
  }
  // A time like this is no date, and a NaN is a stale marker: so say the analyses too.
  if (!isBlockTime(timeMs)) return;
  if (Number.isNaN(value)) stale.push(timeMs);
  else {
    times.push(timeMs);
    values.push(value);
  }
}
