import type { StoredRecord } from '../records/records.ts';

/** One change of a record, at least once, in order within a partition. `record` is absent when it was deleted. Counters are not reported. */
export interface Change {
  readonly partition: string;
  readonly sort: string;
  readonly record?: StoredRecord;
}

export interface Changes {
  /**
   * Calls `handle` with batches until `signal` aborts. A batch whose handler throws is delivered again; the position
   * survives a crash (locally a cursor in the same database; on AWS the event source mapping of the stream, so there
   * this port is the decoding of its batches).
   */
  consume(handle: (changes: readonly Change[]) => Promise<void>, signal: AbortSignal): Promise<void>;
}
