import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { AppError } from '../../model/error.ts';
import { addToCounter } from './dynamodb-counter.ts';
import { readBatches } from './dynamodb-batch.ts';
import { checkAmount, checkTime, checkVersion, conflict, encodeRecord, parseBody } from './body.ts';
import { dueCursor, pageLimit, queryCursor, readDueCursor, readQueryCursor } from './cursor.ts';
import { fromIndexEntry, fromItem, itemKey, toItem } from './item.ts';
import { checkKey, checkPartition, checkPrefix } from './key.ts';
import type { RecordKey, Records, StoredRecord } from './records.ts';
import { DUE_SHARD, TABLE } from './table.ts';

const ALIVE = '(attribute_not_exists(expiresAtMs) OR expiresAtMs > :now)';

/**
 * Single-item conditional writes only. Throttling and outages come through as the client's own errors, not as AppErrors:
 * a worker retries those.
 */
export function dynamoRecords({
  client,
  table,
  now = Date.now,
}: {
  client: DynamoDBClient;
  table: string;
  now?: () => number;
}): Records {
  const nowValue = (): AttributeValue => ({ N: String(now()) });
  const alive = (record: StoredRecord) => record.expiresAtMs === undefined || record.expiresAtMs > now();

  const read = async (key: RecordKey) => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: itemKey(key), ConsistentRead: true }),
    );
    const found = Item && fromItem(Item);
    return found && alive(found.record) ? found : undefined;
  };

  const readMany = async (keys: readonly RecordKey[]): Promise<StoredRecord[]> => {
    const items = await readBatches(client, table, keys.map(itemKey));
    return items.map((item) => fromItem(item).record).filter(alive);
  };

  return {
    async get(key) {
      checkKey(key);
      return (await read(key))?.record;
    },

    async batchGet(keys) {
      if (keys.length > 1000) throw new AppError('bad-input', `batchGet takes 1000 keys, not ${keys.length}`);
      keys.forEach(checkKey);
      return readMany(keys);
    },

    async put(record, expectedVersion) {
      const json = encodeRecord(record, expectedVersion);
      const { partition, sort, dueAtMs, expiresAtMs } = record;
      const written: StoredRecord = {
        partition,
        sort,
        version: expectedVersion + 1,
        body: parseBody(json),
        ...(dueAtMs !== undefined && { dueAtMs }),
        ...(expiresAtMs !== undefined && { expiresAtMs }),
      };
      const writeId = randomUUID();
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: toItem(written, json, writeId),
            // What has expired but is not dropped yet is as good as absent.
            ConditionExpression:
              expectedVersion === 0
                ? 'attribute_not_exists(pk) OR expiresAtMs <= :now'
                : `version = :expected AND ${ALIVE}`,
            ExpressionAttributeValues: {
              ':now': nowValue(),
              ...(expectedVersion > 0 && { ':expected': { N: String(expectedVersion) } }),
            },
          }),
        );
        return written;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        const current = await read(record);
        // The client repeats a write whose answer was lost; the repeat then fails on the version that it wrote itself.
        if (current?.writeId === writeId) return written;
        throw conflict(record, expectedVersion, current?.record ?? null);
      }
    },

    async query(partition, prefix, options = {}) {
      checkPartition(partition);
      checkPrefix(prefix);
      const limit = pageLimit(options.limit);
      const after = readQueryCursor(options.cursor, prefix);
      const first: Record<string, AttributeValue> | undefined =
        after === undefined ? undefined : itemKey({ partition, sort: after });
      let start = first;
      const records: StoredRecord[] = [];
      // One more than asked tells whether there is a next page; a page of DynamoDB ends at 1 MB and may be filtered empty.
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: table,
            ConsistentRead: true,
            KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
            FilterExpression: ALIVE,
            ExpressionAttributeValues: {
              ':pk': { S: partition },
              ':now': nowValue(),
              ...(prefix !== '' && { ':prefix': { S: prefix } }),
            },
            ScanIndexForward: !options.reverse,
            // The limit counts before the filter: once a page came back short, small ones would crawl over what has expired.
            Limit: Math.max(limit + 1 - records.length, start === first ? 1 : 200),
            ExclusiveStartKey: start,
          }),
        );
        for (const item of page.Items ?? []) records.push(fromItem(item).record);
        start = page.LastEvaluatedKey;
      } while (start && records.length <= limit);
      const more = records.length > limit;
      const kept = records.slice(0, limit);
      const last = kept.at(-1);
      return more && last ? { records: kept, cursor: queryCursor(last.sort) } : { records: kept };
    },

    async due(beforeMs, options = {}) {
      checkTime('beforeMs', beforeMs);
      const limit = pageLimit(options.limit);
      const after = readDueCursor(options.cursor);
      let start: Record<string, AttributeValue> | undefined = after && {
        ...itemKey(after),
        dueShard: { S: DUE_SHARD },
        dueAtMs: { N: String(after.dueAtMs) },
      };
      const found: { position: ReturnType<typeof fromIndexEntry>; record: StoredRecord }[] = [];
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: table,
            IndexName: TABLE.dueIndex.name,
            KeyConditionExpression: 'dueShard = :shard AND dueAtMs <= :before',
            ExpressionAttributeValues: { ':shard': { S: DUE_SHARD }, ':before': { N: String(beforeMs) } },
            Limit: limit + 1 - found.length,
            ExclusiveStartKey: start,
          }),
        );
        // The index has keys and lags behind: the records themselves are read, and those no longer due are left out.
        const positions = (page.Items ?? []).map(fromIndexEntry);
        const byKey = new Map((await readMany(positions)).map((record) => [keyText(record), record]));
        for (const position of positions) {
          const record = byKey.get(keyText(position));
          if (record?.dueAtMs !== undefined && record.dueAtMs <= beforeMs) found.push({ position, record });
        }
        start = page.LastEvaluatedKey;
      } while (start && found.length <= limit);
      const kept = found.slice(0, limit);
      const last = kept.at(-1);
      const records = kept.map(({ record }) => record);
      return found.length > limit && last ? { records, cursor: dueCursor(last.position) } : { records };
    },

    async delete(key, expectedVersion) {
      checkKey(key);
      if (expectedVersion !== undefined) checkVersion(expectedVersion);
      try {
        await client.send(
          new DeleteItemCommand({
            TableName: table,
            Key: itemKey(key),
            ...(expectedVersion !== undefined && {
              ConditionExpression: 'attribute_not_exists(pk) OR version = :expected OR expiresAtMs <= :now',
              ExpressionAttributeValues: { ':expected': { N: String(expectedVersion) }, ':now': nowValue() },
            }),
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        const current = await read(key);
        // Somebody else deleted it meanwhile: then there is nothing left to refuse.
        if (current) throw conflict(key, expectedVersion ?? 0, current.record);
      }
    },

    async add(key, amount, expiresAtMs) {
      checkKey(key);
      checkAmount(amount);
      checkTime('expiresAtMs', expiresAtMs);
      return addToCounter({ client, table, key, amount, expiresAtMs, nowMs: now() });
    },
  };
}

const keyText = ({ partition, sort }: RecordKey): string => JSON.stringify([partition, sort]);
