import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { dynamoRecords } from '../../functions/platform/records/dynamodb.ts';
import type { Records } from '../../functions/platform/records/records.ts';
import { openSqliteRecords, type SqliteRecords } from '../../functions/platform/records/sqlite.ts';
import { createTable, dynamoClient, startDynalite } from './dynamodb-table.ts';
import { startDynamoDbLocal } from './second-lane/dynamodb-local.ts';
import { secondLane, type Server } from './second-lane/server.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** One adapter on one store. `open` answers an empty table each time. */
export interface RecordsLane {
  readonly name: string;
  readonly enabled: boolean;
  start(): Promise<{ open(now: () => number): Promise<Records>; stop(): Promise<void> }>;
}

export const recordsLanes: readonly RecordsLane[] = [
  { name: 'SQLite', enabled: true, start: startSqlite },
  { name: 'DynamoDB on dynalite', enabled: true, start: () => startDynamo(startDynalite) },
  { name: 'DynamoDB on DynamoDB Local', enabled: secondLane, start: () => startDynamo(startDynamoDbLocal) },
];

function startSqlite() {
  const folder = temporaryFolder();
  const opened: SqliteRecords[] = [];
  return Promise.resolve({
    open(now: () => number) {
      const records = openSqliteRecords(join(folder.path, `${randomUUID()}.sqlite`), { now });
      opened.push(records);
      return Promise.resolve(records);
    },
    stop() {
      for (const records of opened) records.close();
      folder.remove();
      return Promise.resolve();
    },
  });
}

async function startDynamo(startServer: () => Promise<Server>) {
  const server = await startServer();
  const client = dynamoClient(server.endpoint);
  return {
    async open(now: () => number) {
      const { table } = await createTable(client, { stream: false });
      return dynamoRecords({ client, table, now });
    },
    stop() {
      client.destroy();
      return server.stop();
    },
  };
}
