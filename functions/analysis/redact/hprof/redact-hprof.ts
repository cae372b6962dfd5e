import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { chunksOf, readRange } from '../../bytes/read.ts';
import { byteStream } from '../byte-stream.ts';
import type { Count, RedactionReport, RedactOptions, Redaction } from '../report.ts';
import { RuleCounts } from '../rule-counts.ts';
import { Blanking } from './blanking.ts';
import { RecordWalker, type RecordVisitor } from './record-walker.ts';
import { Survey } from './survey.ts';

/**
 * A Java heap dump without the contents of its arrays, byte for byte as long: two passes for names and fields, one that writes. Holds the
 * fields of all classes, and one chunk. Throws AppError `corrupt` before the first byte is written for what is truncated or no dump.
 */
export async function redactHprof(source: ByteSource, options: RedactOptions, run: Run): Promise<Redaction> {
  const { idBytes, length } = await readHeader(source);
  const survey = new Survey(idBytes);
  const survey1 = walk(source, idBytes, length, survey, run, 'looking for names', 0, 0.3);
  while (!(await survey1.next()).done);
  if (survey.threadNames.size > 0) {
    const survey2 = walk(source, idBytes, length, survey.threadTexts(), run, 'looking for threads', 0.3, 0.2);
    while (!(await survey2.next()).done);
  }
  const rules = new RuleCounts(options);
  const blanking = new Blanking(idBytes, survey, rules, options);
  let outputBytes = 0;
  async function* write(): AsyncGenerator<Uint8Array> {
    yield readRange(source, 0, length);
    outputBytes += length;
    for await (const chunk of walk(source, idBytes, length, blanking, run, 'writing', 0.5, 0.5)) {
      outputBytes += chunk.length;
      yield chunk;
    }
    run.progress('writing', 1);
  }
  return {
    format: 'hprof',
    stream: byteStream(write()),
    report: () => reportOf(source.size, outputBytes, blanking, survey, rules, options),
  };
}

async function* walk(
  source: ByteSource,
  idBytes: number,
  headerBytes: number,
  visitor: RecordVisitor,
  run: Run,
  step: string,
  from: number,
  share: number,
): AsyncGenerator<Uint8Array> {
  const walker = new RecordWalker(idBytes, headerBytes, visitor);
  let bytes = headerBytes;
  for await (const chunk of chunksOf(source.slice(headerBytes).stream())) {
    run.signal.throwIfAborted();
    const done = walker.push(chunk);
    bytes += chunk.length;
    run.progress(step, from + (share * bytes) / source.size);
    if (done.length > 0) yield done;
  }
  walker.end();
}

async function readHeader(source: ByteSource): Promise<{ idBytes: number; length: number }> {
  const head = await readRange(source, 0, 64);
  const zero = head.indexOf(0);
  if (zero < 0 || head.length < zero + 13)
    throw new AppError(
      'corrupt',
      `The dump ends in its header (${head.length} bytes). Take it again, or send it again.`,
    );
  const idBytes = new DataView(head.buffer, head.byteOffset).getUint32(zero + 1);
  if (idBytes !== 4 && idBytes !== 8)
    throw new AppError('corrupt', `byte ${zero + 1}: identifiers of ${idBytes} bytes; a JVM writes 4 or 8.`);
  return { idBytes, length: zero + 13 };
}

function reportOf(
  inputBytes: number,
  outputBytes: number,
  { counts, arrays }: Blanking,
  survey: Survey,
  rules: RuleCounts,
  options: RedactOptions,
): RedactionReport {
  const some = (count: Count): Count[] => (count.count === 0 ? [] : [count]);
  const keeps = (options.keep ?? []).length > 0;
  return {
    format: 'hprof',
    inputBytes,
    outputBytes,
    blanked: [
      {
        what: 'byte and char arrays (the contents of strings and buffers)',
        count: counts.texts,
        bytes: counts.textBytes,
      },
      { what: 'other primitive arrays', count: counts.numberArrays, bytes: counts.numberBytes },
      {
        what: 'texts that name nothing in the dump (constants of classes among them)',
        count: counts.texts8,
        bytes: counts.text8Bytes,
      },
      { what: 'names with a secret in them', count: counts.namesChanged },
      ...some({ what: 'hash codes in fields, which would tell short contents', count: counts.hashes }),
      ...some({ what: 'primitive fields', count: counts.numbers }),
      ...some({ what: 'records of unknown kinds', count: counts.unknownBytes, bytes: counts.unknownBytes }),
    ],
    kept: [
      {
        what: 'names',
        count: counts.names - counts.namesChanged,
        why: 'classes, fields, methods, source files and threads: without them nothing could be found',
      },
      { what: 'classes', count: survey.classes, why: 'their sizes, loaders and references are the shape of the heap' },
      { what: 'names of threads', count: counts.threads, why: 'what a thread holds is found by its name' },
      ...(keeps ? [{ what: 'strings to keep', count: counts.kept, why: 'you asked for it' }] : []),
    ],
    rules: rules.report(),
    notes: [
      'Lengths stay, and equal contents stay equal (by a hash under a key that was thrown away): how often a value occurs and how long it is can still be seen.',
      'Zeros at the end of arrays stay, so that unused parts of buffers can be seen; numbers in arrays became ones, and cannot be told apart any more.',
      'Names of threads stay, without the secrets and addresses in them. System properties are strings of the program, and are blank.',
      ...(options.blankNumbers
        ? []
        : [
            'Numbers in the fields of objects (ids, amounts, dates, addresses as numbers) stay; blank them with --blank-numbers, which also takes the sizes of collections from the analysis.',
          ]),
      ...(arrays.shared > 0
        ? [
            `${arrays.shared} short texts may share a code with another: there are more of them than codes of their length.`,
          ]
        : []),
    ],
  };
}
