import { z } from 'zod';
import { fromItem } from '../records/item.ts';
import { COUNTER_MARK } from '../records/key.ts';
import type { Change } from './changes.ts';

/**
 * On AWS the event source mapping holds the position and delivers a batch again when its handler throws, so this port is
 * the decoding of what it delivers: records of a stream with new and old images, in order within a shard, hence within a
 * partition. The same shape comes from the streams' own API.
 */
const StreamRecord = z.object({
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  dynamodb: z.object({
    Keys: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }),
    NewImage: z.record(z.string(), z.unknown()).optional(),
    SequenceNumber: z.string().optional(),
  }),
});

/** A change, with the number that a partial batch failure names. */
export interface StreamChange {
  readonly change: Change;
  readonly sequenceNumber: string | undefined;
}

/** Counters are left out. Throws on what no record of this table can look like: the batch is then delivered again. */
export function decodeStreamBatch(records: readonly unknown[]): StreamChange[] {
  const decoded: StreamChange[] = [];
  for (const record of records) {
    const { eventName, dynamodb } = StreamRecord.parse(record);
    const partition = dynamodb.Keys.pk.S;
    const sort = dynamodb.Keys.sk.S;
    if (partition.startsWith(COUNTER_MARK)) continue;
    const change: Change =
      eventName === 'REMOVE' ? { partition, sort } : { partition, sort, record: fromItem(dynamodb.NewImage).record };
    decoded.push({ change, sequenceNumber: dynamodb.SequenceNumber });
  }
  return decoded;
}

export function changesOf(records: readonly unknown[]): Change[] {
  return decodeStreamBatch(records).map(({ change }) => change);
}
