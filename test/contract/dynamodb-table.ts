import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { TABLE } from '../../functions/platform/records/table.ts';
import type { Server } from './second-lane/server.ts';

export function dynamoClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

/** The emulator from npm: everything the adapter uses but TTL and streams. */
export async function startDynalite(): Promise<Server> {
  const server = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('dynalite has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A new table as `table.ts` defines it. */
export async function createTable(
  client: DynamoDBClient,
  { stream }: { stream: boolean },
): Promise<{ table: string; streamArn: string | undefined }> {
  const table = `records-${randomUUID()}`;
  const { partitionKey, sortKey, dueIndex } = TABLE;
  const { TableDescription } = await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, sortKey, dueIndex.partitionKey, dueIndex.sortKey].map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: type,
      })),
      KeySchema: [
        { AttributeName: partitionKey.name, KeyType: 'HASH' },
        { AttributeName: sortKey.name, KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: dueIndex.name,
          KeySchema: [
            { AttributeName: dueIndex.partitionKey.name, KeyType: 'HASH' },
            { AttributeName: dueIndex.sortKey.name, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: dueIndex.projection },
        },
      ],
      ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: TABLE.streamViewType } }),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName: table });
  return { table, streamArn: TableDescription?.LatestStreamArn };
}
