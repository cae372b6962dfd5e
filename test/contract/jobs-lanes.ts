import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';
import type { Jobs } from '../../functions/platform/jobs/jobs.ts';
import { openSqliteJobs, type SqliteJobs } from '../../functions/platform/jobs/sqlite.ts';
import { sqsJobs } from '../../functions/platform/jobs/sqs.ts';
import { startMoto } from './second-lane/moto.ts';
import { secondLane, type Server } from './second-lane/server.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** One adapter on one store. `open` answers an empty queue each time. */
export interface JobsLane {
  readonly name: string;
  readonly enabled: boolean;
  /** Where an emulator does what SQS documents otherwise; the suite leaves that one assertion out there. */
  readonly quirks?: {
    /** SQS: deleting with the receipt of an earlier delivery leaves the message. */
    readonly oldReceiptsDelete?: boolean;
    /** SQS: U+10000 to U+10FFFF are allowed. */
    readonly refusesAstral?: boolean;
  };
  start(): Promise<{ open(options: { maxAttempts: number }): Promise<Jobs>; stop(): Promise<void> }>;
}

export const jobsLanes: readonly JobsLane[] = [
  { name: 'SQLite', enabled: true, start: startSqlite },
  { name: 'SQS on fauxqs', enabled: true, quirks: { refusesAstral: true }, start: () => startSqs(startFauxqsServer) },
  { name: 'SQS on moto', enabled: secondLane, quirks: { oldReceiptsDelete: true }, start: () => startSqs(startMoto) },
];

function startSqlite() {
  const folder = temporaryFolder();
  const opened: SqliteJobs[] = [];
  return Promise.resolve({
    open({ maxAttempts }: { maxAttempts: number }) {
      const jobs = openSqliteJobs(join(folder.path, `${randomUUID()}.sqlite`), { maxAttempts });
      opened.push(jobs);
      return Promise.resolve(jobs);
    },
    stop() {
      for (const jobs of opened) jobs.close();
      folder.remove();
      return Promise.resolve();
    },
  });
}

async function startFauxqsServer(): Promise<Server> {
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  return { endpoint: `http://127.0.0.1:${server.port}`, stop: () => server.stop() };
}

async function startSqs(startServer: () => Promise<Server>) {
  const server = await startServer();
  const client = new SQSClient({
    endpoint: server.endpoint,
    // An emulator may name its queues by a host that only resolves on AWS.
    useQueueUrlAsEndpoint: false,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const createQueue = async (attributes: Record<string, string>): Promise<{ url: string; arn: string }> => {
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: randomUUID(), Attributes: attributes }));
    if (QueueUrl === undefined) throw new Error('the queue has no address');
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    return { url: QueueUrl, arn: Attributes?.QueueArn ?? '' };
  };
  return {
    async open({ maxAttempts }: { maxAttempts: number }) {
      const dead = await createQueue({});
      const queue = await createQueue({
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: maxAttempts }),
      });
      return sqsJobs({ client, queueUrl: queue.url, deadLetterUrl: dead.url, maxAttempts });
    },
    stop() {
      client.destroy();
      return server.stop();
    },
  };
}
