import { AppError } from '../../../model/error.ts';
import type { DumpIndex } from './index-pass.ts';

/** Throws `corrupt` where there is nothing to analyse. */
export function failWithoutObjects({ ids, truncatedAt, dumps }: DumpIndex): void {
  if (ids.length > 0) return;
  const what =
    truncatedAt === undefined
      ? dumps.length === 0
        ? 'it holds no heap dump'
        : 'its heap dump holds no objects'
      : `it ends at byte ${truncatedAt}, before the first object`;
  throw new AppError(
    'corrupt',
    `An HPROF file without objects: ${what}. Take it again (jcmd PID GC.heap_dump FILE) and check that the disk had room.`,
    { data: { byte: truncatedAt ?? 0 } },
  );
}

export function describeSeveral({ dumps: { length }, dumpNumber }: DumpIndex): string[] {
  if (length === 1 || dumpNumber > 1) return [];
  return [
    `The file holds ${length} heap dumps: figures, tables and suspects are of the first one, which other tools open, too. To see another in full, take dumps into separate files.`,
  ];
}

export function describeTruncation({ truncatedAt, dumps, dumpNumber, ids, counts, roots }: DumpIndex): string[] {
  if (truncatedAt === undefined) return [];
  if (dumpNumber < dumps.length)
    return dumpNumber > 1
      ? []
      : [`The last heap dump ends in the middle of a record, at byte ${truncatedAt} of what arrived, and is left out.`];
  return [
    `The dump ends in the middle of a record, at byte ${truncatedAt} of what arrived: ${counts?.objects ?? ids.length} objects could be read. ${
      roots.length === 0
        ? 'The roots, which stand last, are missing: what is alive, and what holds it, cannot be told.'
        : 'What they refer to beyond the end is missing, so sizes kept alive are lower bounds.'
    }`,
  ];
}
