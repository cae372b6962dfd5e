import { AppError, isAppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { ByteWindow } from '../../bytes/byte-window.ts';
import { BYTES, FIXED64, ProtoReader, VARINT } from '../../bytes/proto-reader.ts';
import { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import type { ClinicSamples } from './parse.ts';

/** Fields by number: of a sample, with their units, and of its memory (field 4), all bytes. */
const STATS: readonly (readonly [name: string, unit: string] | undefined)[] = [
  undefined,
  undefined,
  ['delay', 'ms'],
  ['cpu', 'ratio'],
  undefined,
  ['handles', 'count'],
];
const MEMORY = [undefined, 'rss', 'heapTotal', 'heapUsed', 'external', 'arrayBuffers'] as const;
const LENGTH_BYTES = 2;

/**
 * Whether bytes begin as the samples that Clinic.js Doctor keeps while it runs (`PID.clinic-doctor-processstat`): a length, then a time in ms, delay and
 * CPU as doubles, and the memory.
 */
export function isProcessStat(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < 64 || view.getUint16(0) < 62) return false;
  const tags = head[2] === 0x09 && head[11] === 0x11 && head[20] === 0x19 && head[29] === 0x22;
  const timeMs = tags ? view.getFloat64(3, true) : 0;
  return timeMs > 1.4e12 && timeMs < 4.2e12;
}

/** The samples themselves, each behind its length in two bytes, the larger first. https://github.com/clinicjs/node-clinic-doctor/blob/main/format/process-stat.proto */
export async function parseProcessStat(source: ByteSource, run: Run): Promise<ClinicSamples> {
  const builder = new SampleSetBuilder({ memoryBytes: run.limits.memoryBytes });
  const window = new ByteWindow(source, run, { what: 'a sample' });
  const warnings: string[] = [];
  let rows = 0;
  try {
    while (await has(window, LENGTH_BYTES)) {
      const length = (window.bytes[window.at] ?? 0) * 256 + (window.bytes[window.at + 1] ?? 0);
      if (!(await has(window, LENGTH_BYTES + length))) break;
      const start = window.at + LENGTH_BYTES;
      readSample(new ProtoReader(window.bytes, start, start + length), builder);
      window.at = start + length;
      rows++;
    }
    if (window.at < window.end) warnings.push(`truncated: the last sample, at byte ${window.offset}, is cut`);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'corrupt' || rows === 0) throw error;
    warnings.push(`the sample at byte ${window.offset} is damaged; those before it were read`);
    await window.close();
  }
  if (rows === 0) throw new AppError('corrupt', 'the first sample of Clinic.js Doctor is cut: send the file again');
  return { samples: builder.finish(), facts: [{ name: 'rows', value: rows, unit: 'count' }], warnings };
}

async function has(window: ByteWindow, bytes: number): Promise<boolean> {
  while (window.end - window.at < bytes) if (!(await window.fill())) return false;
  return true;
}

function readSample(sample: ProtoReader, builder: SampleSetBuilder): void {
  let timeMs = NaN;
  const add = (name: string, unit: string, value: number): void =>
    builder.push(builder.series(name, {}, { unit, kind: 'gauge' }), timeMs, value);
  while (sample.next()) {
    const { field, wire } = sample;
    const stat = STATS[field];
    if (field === 1 && wire === FIXED64) timeMs = sample.double();
    else if (stat !== undefined && wire === FIXED64) add(...stat, sample.double());
    else if (stat !== undefined && wire === VARINT) add(...stat, sample.varint());
    else if (field === 4 && wire === BYTES) {
      for (const memory = sample.message(); memory.next();) {
        const name = memory.wire === FIXED64 ? MEMORY[memory.field] : undefined;
        if (name === undefined) memory.skip();
        else add(name, 'bytes', memory.double());
      }
    } else sample.skip();
  }
}
