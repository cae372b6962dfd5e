import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Changes } from '../../functions/platform/changes/changes.ts';
import { openSqliteChanges } from '../../functions/platform/changes/sqlite.ts';
import { dynamoRecords } from '../../functions/platform/records/dynamodb.ts';
import type { Records } from '../../functions/platform/records/records.ts';
import { openSqliteRecords } from '../../functions/platform/records/sqlite.ts';
import { createTable, dynamoClient } from './dynamodb-table.ts';
import { startDynamoDbLocal } from './second-lane/dynamodb-local.ts';
import { followStream, type StreamPosition } from './second-lane/dynamodb-streams.ts';
import { secondLane } from './second-lane/server.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface ChangesStore {
  readonly records: Records;
  /** A new consumer each time, at the position the last one left. */
  changes(): Changes;
  close(): void;
}

export interface ChangesLane {
  readonly name: string;
  readonly enabled: boolean;
  start(): Promise<{ open(): Promise<ChangesStore>; stop(): Promise<void> }>;
}

export const changesLanes: readonly ChangesLane[] = [
  { name: 'SQLite', enabled: true, start: startSqlite },
  { name: 'DynamoDB stream on DynamoDB Local', enabled: secondLane, start: startStream },
];

function startSqlite() {
  const folder = temporaryFolder();
  return Promise.resolve({
    open() {
      const path = join(folder.path, `${randomUUID()}.sqlite`);
      const records = openSqliteRecords(path);
      const opened: { close(): void }[] = [records];
      return Promise.resolve({
        records,
        changes() {
          // An hour between polls: what arrives was woken by the commit.
          const changes = openSqliteChanges(path, { pollMs: 3_600_000, retryMs: 5 });
          opened.push(changes);
          return changes;
        },
        close() {
          for (const connection of opened) connection.close();
        },
      });
    },
    stop() {
      folder.remove();
      return Promise.resolve();
    },
  });
}

async function startStream() {
  const server = await startDynamoDbLocal();
  const client = dynamoClient(server.endpoint);
  return {
    async open() {
      const { table, streamArn } = await createTable(client, { stream: true });
      if (streamArn === undefined) throw new Error('the table has no stream');
      const position: StreamPosition = {};
      return {
        records: dynamoRecords({ client, table }),
        changes: () => followStream(server.endpoint, streamArn, position),
        close: () => undefined,
      };
    },
    stop() {
      client.destroy();
      return server.stop();
    },
  };
}
