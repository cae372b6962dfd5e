import { AppError } from '../../../model/error.ts';
import type { DumpIndex } from './index-pass.ts';

/** Throws `corrupt` where there is nothing to analyse. */
export function failWithoutObjects({ ids, truncatedAt, dumps }: DumpIndex): void {
  if (ids.length > 0) return;
  const what =
    truncatedAt === undefined
      ? dumps === 0
        ? 'it holds no heap dump'
        : 'its heap dump holds no objects'
      : `it ends at byte ${truncatedAt}, before the first object`;
  throw new AppError(
    'corrupt',
    `An HPROF file without objects: ${what}. Take it again (jcmd PID GC.heap_dump FILE) and check that the disk had room.`,
    { data: { byte: truncatedAt ?? 0 } },
  );
}

export function describeTruncation({ truncatedAt, dumps, dumpStart, ids, counts }: DumpIndex): string[] {
  const warnings: string[] = [];
  if (dumps > 1)
    warnings.push(
      `The file holds ${dumps} heap dumps; this is the first (from byte ${dumpStart}). To see another, split the file, or take dumps into separate files.`,
    );
  if (truncatedAt !== undefined)
    warnings.push(
      `The dump ends in the middle of a record, at byte ${truncatedAt} of what arrived: ${counts?.objects ?? ids.length} objects could be read. What they refer to beyond the end is missing, so sizes kept alive are lower bounds.`,
    );
  return warnings;
}
