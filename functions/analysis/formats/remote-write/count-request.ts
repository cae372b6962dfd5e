import { BYTES, ProtoReader, VARINT } from '../../bytes/proto-reader.ts';

/** What one request carries, by its own structure: no label and no sample is decoded. */
export interface RequestCounts {
  readonly version: 1 | 2;
  series: number;
  samples: number;
  histograms: number;
  exemplars: number;
}

/**
 * Walks a remote-write request of the given version without keeping anything of it: what a door does before it says that a push
 * was taken. Throws AppError `corrupt` where the message is damaged, a series has no label, or a label is not among the symbols.
 */
export function countWriteRequest(body: Uint8Array, version: 1 | 2): RequestCounts {
  const counts: RequestCounts = { version, series: 0, samples: 0, histograms: 0, exemplars: 0 };
  const request = new ProtoReader(body);
  const seriesField = version === 1 ? 1 : 5;
  const waiting: ProtoReader[] = [];
  let symbols = 0;
  while (request.next()) {
    if (request.wire === BYTES && request.field === seriesField) waiting.push(request.message());
    else {
      // Field 1 of 2.0 and field 4 and 5 of 1.0 are reserved: such a body is of the other version.
      if (request.wire === BYTES && request.field === (version === 1 ? 5 : 1)) {
        throw request.error(`a series of version ${version === 1 ? '2.0' : '1.0'} in a request of ${version}.0`);
      }
      if (request.field === 4 && request.wire === BYTES) symbols++;
      request.skip();
    }
  }
  for (const series of waiting) countSeries(series, counts, symbols);
  return counts;
}

function countSeries(series: ProtoReader, counts: RequestCounts, symbols: number): void {
  const [exemplarField, histogramField] = counts.version === 1 ? [3, 4] : [4, 3];
  let labels = 0;
  counts.series++;
  while (series.next()) {
    const { field, wire } = series;
    if (field === 1 && counts.version === 2) labels += countReferences(series, symbols);
    else if (wire === BYTES && field === 2) {
      counts.samples++;
      checkNested(series.message());
    } else {
      if (wire === BYTES && field === 1) labels++;
      else if (wire === BYTES && field === exemplarField) counts.exemplars++;
      else if (wire === BYTES && field === histogramField) counts.histograms++;
      series.skip();
    }
  }
  if (labels === 0) throw series.error('a series without a label');
}

function countReferences(series: ProtoReader, symbols: number): number {
  let count = 0;
  const one = (reader: ProtoReader): void => {
    if (reader.varint() >= symbols) throw reader.error('a label that is not among the symbols');
    count++;
  };
  if (series.wire === VARINT) one(series);
  else {
    const packed = series.message();
    while (packed.at < packed.end) one(packed);
  }
  return count;
}

function checkNested(message: ProtoReader): void {
  while (message.next()) message.skip();
}
