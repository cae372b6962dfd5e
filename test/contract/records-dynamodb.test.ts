import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoRecords } from '../../functions/platform/records/dynamodb.ts';
import type { Records } from '../../functions/platform/records/records.ts';
import { createTable, dynamoClient, startDynalite } from './dynamodb-table.ts';
import { refusal } from './refusal.ts';
import type { Server } from './second-lane/server.ts';

const key = { partition: 'p', sort: 'a' };

describe('records: what only DynamoDB has', () => {
  let server: Server;
  let client: DynamoDBClient;
  let records: Records;
  let table: string;
  beforeAll(async () => {
    server = await startDynalite();
  });
  beforeEach(async () => {
    client = dynamoClient(server.endpoint);
    table = (await createTable(client, { stream: false })).table;
    records = dynamoRecords({ client, table });
  });
  afterAll(() => server.stop());

  /** The store does it, and the answer is lost: the client's retries see a broken connection. */
  function loseAnswers(
    command: string,
    count: number,
    meanwhile: () => Promise<unknown> = () => Promise.resolve(),
  ): void {
    let left = count;
    client.middlewareStack.add(
      (next, context) => async (request) => {
        const answer = await next(request);
        if (context.commandName !== command || left-- <= 0) return answer;
        await meanwhile();
        throw Object.assign(new Error('the connection broke'), { $retryable: {} });
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
  }

  it('knows its own write again when the answer was lost', async () => {
    loseAnswers('PutItemCommand', 1);
    expect(await records.put({ ...key, body: { n: 1 } }, 0)).toMatchObject({ version: 1 });
    loseAnswers('PutItemCommand', 1);
    expect(await records.put({ ...key, body: { n: 2 } }, 1)).toMatchObject({ version: 2 });
    expect(await records.get(key)).toMatchObject({ version: 2, body: { n: 2 } });
  });

  it('does not take the same write by another for its own', async () => {
    await records.put({ ...key, body: { lock: 'taken' } }, 0);
    const error = await refusal(records.put({ ...key, body: { lock: 'taken' } }, 0));
    expect(error.code).toBe('conflict');
  });

  it('reports a conflict when somebody wrote over it before the repeat', async () => {
    const other = dynamoRecords({ client: dynamoClient(server.endpoint), table });
    loseAnswers('PutItemCommand', 1, () => other.put({ ...key, body: { by: 'other' } }, 1));
    const error = await refusal(records.put({ ...key, body: { by: 'us' } }, 0));
    expect(error.data['current']).toMatchObject({ version: 2, body: { by: 'other' } });
  });

  it('deletes once when the answer was lost', async () => {
    await records.put({ ...key, body: {} }, 0);
    loseAnswers('DeleteItemCommand', 1);
    await records.delete(key, 1);
    expect(await records.get(key)).toBeUndefined();
  });

  it('leaves out what the index still says is due and the record no longer is', async () => {
    for (const sort of ['a', 'b', 'c', 'd']) await records.put({ partition: 'p', sort, body: {}, dueAtMs: 10 }, 0);
    let lagging = true;
    client.middlewareStack.add(
      (next, context) => async (request) => {
        const answer = await next(request);
        if (context.commandName === 'QueryCommand' && lagging) {
          lagging = false;
          await records.put({ partition: 'p', sort: 'a', body: {}, dueAtMs: 99 }, 1);
          await records.put({ partition: 'p', sort: 'b', body: {} }, 1);
          await records.delete({ partition: 'p', sort: 'c' });
        }
        return answer;
      },
      { step: 'initialize' },
    );
    expect((await records.due(50)).records.map(({ sort }) => sort)).toStrictEqual(['d']);
  });

  it('lets the store drop a record only after its last millisecond, and only what expires or is due carries more', async () => {
    const raw = async (sort: string) =>
      (await client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: 'p' }, sk: { S: sort } } }))).Item ??
      {};
    const expiresAtMs = 4_000_000_000_001;
    await records.put({ partition: 'p', sort: 'a', body: {}, expiresAtMs, dueAtMs: 7 }, 0);
    await records.put({ partition: 'p', sort: 'b', body: {} }, 0);
    expect(await raw('a')).toMatchObject({
      expiresAt: { N: '4000000001' },
      dueShard: { S: 'due' },
      dueAtMs: { N: '7' },
    });
    expect(Object.keys(await raw('b')).sort()).toStrictEqual(['body', 'pk', 'sk', 'version', 'writeId']);
  });

  it('asks again for the keys that a batch left unprocessed', async () => {
    const keys = Array.from({ length: 60 }, (_, n) => ({ partition: 'p', sort: String(n) }));
    const filler = 'x'.repeat(340_000);
    await Promise.all(keys.map((one) => records.put({ ...one, body: { filler } }, 0)));
    let asked = 0;
    client.middlewareStack.add(
      (next, context) => (request) => {
        if (context.commandName === 'BatchGetItemCommand') asked++;
        return next(request);
      },
      { step: 'initialize' },
    );
    expect(await records.batchGet(keys)).toHaveLength(60);
    expect(asked).toBeGreaterThan(1);
  });
});
