import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expiryAttributes, itemKey, wholeOf } from './item.ts';
import { COUNTER_MARK } from './key.ts';
import type { RecordKey } from './records.ts';

/**
 * A counter is an item of its own partition, so records and changes never meet it. The client repeats an addition whose
 * answer was lost, so a sum may be too high after a fault, never too low: the safe side for a limit.
 */
export async function addToCounter(request: {
  client: DynamoDBClient;
  table: string;
  key: RecordKey;
  amount: number;
  expiresAtMs: number | undefined;
  nowMs: number;
}): Promise<number> {
  const { client, table, amount, expiresAtMs } = request;
  const key = itemKey({ partition: COUNTER_MARK + request.key.partition, sort: request.key.sort });
  const expiry = expiresAtMs === undefined ? undefined : expiryAttributes(expiresAtMs);
  const now = { N: String(request.nowMs) };

  // Twice each: somebody else may start the expired counter afresh between the two writes.
  for (let tries = 0; tries < 2; tries++) {
    const added = await unlessRefused(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: key,
          UpdateExpression: expiry
            ? 'SET expiresAtMs = if_not_exists(expiresAtMs, :ms), expiresAt = if_not_exists(expiresAt, :seconds) ADD amount :amount'
            : 'ADD amount :amount',
          ConditionExpression: 'attribute_not_exists(expiresAtMs) OR expiresAtMs > :now',
          ExpressionAttributeValues: {
            ':amount': { N: String(amount) },
            ':now': now,
            ...(expiry && { ':ms': expiry.expiresAtMs, ':seconds': expiry.expiresAt }),
          },
          ReturnValues: 'UPDATED_NEW',
        }),
      ),
    );
    if (added) return wholeOf(added.Attributes?.['amount']);

    const restarted = await unlessRefused(
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: { ...key, amount: { N: String(amount) }, ...expiry },
          ConditionExpression: 'attribute_not_exists(pk) OR expiresAtMs <= :now',
          ExpressionAttributeValues: { ':now': now },
        }),
      ),
    );
    if (restarted) return amount;
  }
  throw new Error(`counter ${request.key.partition} / ${request.key.sort} expired twice within one call`);
}

async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
