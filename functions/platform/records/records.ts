/**
 * The one table. A narrow set of operations that DynamoDB does with single-item conditional writes and SQLite does as well;
 * nothing else in the product knows where records live.
 */
export interface RecordKey {
  /** `investigation#openfn-worker`, `investigations`, `tokens`; must not start with `~`. */
  readonly partition: string;
  /** `evidence#01h…`; sorted by bytes. At most 1,024 bytes, as the partition; neither holds NUL. */
  readonly sort: string;
}

export type Body = Readonly<Record<string, unknown>>;

export interface StoredRecord extends RecordKey {
  /** 1 for the first write, then one more with each. */
  readonly version: number;
  readonly body: Body;
  /** When sweep must look at this record again; absent when it needs nothing. */
  readonly dueAtMs?: number;
  /** From then on the store may drop it, and `get` and `query` no longer see it. */
  readonly expiresAtMs?: number;
}

export interface PutRecord extends RecordKey {
  readonly body: Body;
  readonly dueAtMs?: number;
  readonly expiresAtMs?: number;
}

export interface Page {
  readonly records: readonly StoredRecord[];
  /** Opaque; absent on the last page, and only there. A page with a cursor is full. */
  readonly cursor?: string;
}

export interface Records {
  /** Strongly consistent. */
  get(key: RecordKey): Promise<StoredRecord | undefined>;
  /** At most 1,000 keys; missing ones are left out; order is not kept. */
  batchGet(keys: readonly RecordKey[]): Promise<StoredRecord[]>;
  /**
   * Writes if the stored version is `expectedVersion` (0: there is none), durably before it answers.
   * Throws AppError `conflict` with `data.current` (the stored record, or null), `too-large` above 350 kB of JSON.
   */
  put(record: PutRecord, expectedVersion: number): Promise<StoredRecord>;
  /** Strongly consistent, ordered by sort key; `limit` is 1..1000, 100 when absent. */
  query(
    partition: string,
    prefix: string,
    options?: { limit?: number; cursor?: string; reverse?: boolean },
  ): Promise<Page>;
  /** Records of every partition with `dueAtMs <= beforeMs`, the earliest first. Eventually consistent. */
  due(beforeMs: number, options?: { limit?: number; cursor?: string }): Promise<Page>;
  /** Deletes if the version matches (any version when absent); deleting what is not there is fine. */
  delete(key: RecordKey, expectedVersion?: number): Promise<void>;
  /**
   * Atomically adds a whole number to a counter (made with 0) and answers the sum; for rates, quotas and usage. Counters are
   * no records: nothing else sees them. The first `expiresAtMs` given holds; from then on the counter starts at 0 again.
   */
  add(key: RecordKey, amount: number, expiresAtMs?: number): Promise<number>;
}
