/**
 * The table's definition, shared by `infra`, the DynamoDB adapter and the tests. One table, on demand.
 *
 * `due` is sparse: only records with a `dueAtMs` carry `dueShard`. Its one partition takes 1,000 writes/s, and only keys are
 * projected, so a write that leaves `dueAtMs` as it was costs the index nothing.
 */
export const TABLE = {
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'S' },
  dueIndex: {
    name: 'due',
    partitionKey: { name: 'dueShard', type: 'S' },
    sortKey: { name: 'dueAtMs', type: 'N' },
    projection: 'KEYS_ONLY',
  },
  /** Seconds. DynamoDB drops within days of it; reads compare `expiresAtMs` themselves. */
  ttlAttribute: 'expiresAt',
  streamViewType: 'NEW_AND_OLD_IMAGES',
} as const;

/** The one value of `dueShard`. */
export const DUE_SHARD = 'due';
