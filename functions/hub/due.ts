import type { Records, StoredRecord } from '../platform/records/records.ts';

const PAGE = 200;
/** The last time that a record may hold: every record that anything will ever be due for. */
export const END_OF_TIME_MS = 253_402_300_799_999;

/** All that are due, the earliest first. What `look` changes may or may not come again: it decides on what is there. */
export async function forEachDue(
  records: Records,
  beforeMs: number,
  look: (record: StoredRecord) => Promise<void>,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await records.due(beforeMs, { limit: PAGE, cursor });
    for (const record of page.records) await look(record);
    cursor = page.cursor;
  } while (cursor !== undefined);
}

export const isEvidence = (record: StoredRecord): boolean => record.sort.startsWith('evidence#');
