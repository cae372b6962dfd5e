import { AppError } from '../../model/error.ts';
import type { ByteSource, Run } from '../analyser.ts';
import { unwrap, type Member } from '../bytes/unwrap.ts';
import { describeBytes } from '../describe-bytes.ts';
import { v8HeapSnapshot } from '../formats/v8-heapsnapshot/index.ts';
import { redactHprof } from './hprof/redact-hprof.ts';
import type { RedactOptions, Redaction } from './report.ts';
import { redactSnapshot } from './v8/redact-snapshot.ts';

/**
 * A heap dump without contents: the same objects, references, sizes and names; strings and primitive arrays blanked, their lengths kept.
 * Unpacks first; of an archive, the one dump in it. Throws AppError `unrecognised` for what is no heap dump, `bad-input` for an
 * archive of several files, `corrupt` for what is truncated (nobody could tell names from contents in it).
 */
export async function redactDump(
  source: ByteSource,
  name: string,
  options: RedactOptions,
  run: Run,
): Promise<Redaction> {
  if (options.key.length !== 16) throw new RangeError('the key has 16 bytes');
  let only: Member | undefined;
  for await (const member of unwrap(source, name, run)) {
    if (only)
      throw new AppError('bad-input', `${name} holds more than one file: unpack it and redact the dumps one by one.`);
    only = member;
  }
  if (!only) throw new AppError('unrecognised', `${name} is an empty archive.`);
  if (only.warnings.length > 0)
    throw new AppError('corrupt', `${only.warnings[0] ?? ''}. A part of a dump is not redacted: send the whole file.`);
  if (v8HeapSnapshot.detect(only.head, only.name) !== 'no') return redactSnapshot(only.source, options, run);
  if (/^JAVA PROFILE 1\.0\.[123]\0/.test(String.fromCharCode(...only.head.subarray(0, 32))))
    return redactHprof(only.source, options, run);
  throw new AppError(
    'unrecognised',
    `${name} looks like ${describeBytes(only.head, only.source.size)}. What can be redacted: V8 heap snapshots (.heapsnapshot, .heaptimeline) and Java heap dumps (.hprof).`,
  );
}
