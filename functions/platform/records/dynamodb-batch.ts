import { setTimeout as sleep } from 'node:timers/promises';
import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;

/** DynamoDB's limit; an answer also stops at 16 MB, and what did not fit comes back as unprocessed. */
const BATCH_KEYS = 100;
/** Tries in a row that bring nothing; with the waits between them about 5 s. */
const MAX_EMPTY_TRIES = 8;
const FIRST_WAIT_MS = 40;

/** Strongly consistent reads of any number of keys; a key given twice is read once. */
export async function readBatches(
  client: DynamoDBClient,
  table: string,
  keys: readonly { pk: AttributeValue; sk: AttributeValue }[],
): Promise<Item[]> {
  const unique = [...new Map(keys.map((key) => [JSON.stringify([key.pk.S, key.sk.S]), key])).values()];
  const batches: Item[][] = [];
  for (let at = 0; at < unique.length; at += BATCH_KEYS) batches.push(unique.slice(at, at + BATCH_KEYS));
  return (await Promise.all(batches.map((batch) => readBatch(client, table, batch)))).flat();
}

async function readBatch(client: DynamoDBClient, table: string, keys: Item[]): Promise<Item[]> {
  const items: Item[] = [];
  let rest = keys;
  for (let emptyTries = 0; rest.length > 0;) {
    const answer = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: rest, ConsistentRead: true } } }),
    );
    const arrived = answer.Responses?.[table] ?? [];
    for (const item of arrived) items.push(item);
    rest = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    emptyTries = arrived.length > 0 ? 0 : emptyTries + 1;
    if (rest.length === 0) break;
    if (emptyTries === MAX_EMPTY_TRIES)
      throw new Error(`table ${table} left ${rest.length} keys unread after ${MAX_EMPTY_TRIES} tries: it is throttled`);
    await sleep(FIRST_WAIT_MS * 2 ** emptyTries * (0.5 + Math.random() / 2));
  }
  return items;
}
