import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { startFauxqs } from 'fauxqs';
import { createTable, dynamoClient, startDynalite } from '../contract/dynamodb-table.ts';

const require = createRequire(import.meta.url);
const LAMBDAS = resolve(import.meta.dirname, '../../dist/lambda');

/** Why tests of the built handlers are skipped; undefined when they run. */
export const whyNotBuilt: string | undefined = existsSync(resolve(LAMBDAS, 'api.mjs'))
  ? undefined
  : 'dist/lambda is not built: npm run build';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** The stores of AWS in emulators, and the environment in which the built handlers find them. */
export interface AwsHouse {
  readonly evidenceBucket: string;
  readonly queue: string;
  /** As `build.ts` bundled it; made once for each name, like a warm function. */
  handler(name: 'api' | 'analyse' | 'publish' | 'sweep'): Handler;
  /** Bodies of what waits in the queue. */
  waiting(): string[];
  /** All that lies in the table, as a stream would bring it. */
  items(): Promise<Record<string, AttributeValue>[]>;
  stop(): Promise<void>;
}

export async function openAwsHouse(): Promise<AwsHouse> {
  const dynalite = await startDynalite();
  const fauxqs = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  const dynamo: DynamoDBClient = dynamoClient(dynalite.endpoint);
  const { table } = await createTable(dynamo, { stream: false });
  const endpoint = `http://127.0.0.1:${fauxqs.port}`;
  const [evidenceBucket, siteBucket, queue] = ['evidence', 'site', 'jobs'];
  for (const bucket of [evidenceBucket, siteBucket]) fauxqs.createBucket(bucket);
  const [jobs, dead] = [queue, 'dead'].map((name) => fauxqs.createQueue(name).queueUrl);
  const before = { ...process.env };
  // The emulator names its queues `sqs.us-east-1.127.0.0.1`, which is no host: the SDK says so and uses the endpoint.
  const { warn: complain } = console;
  console.warn = (...said: unknown[]) => {
    if (!(said[0] instanceof TypeError && said[0].message === 'Invalid URL')) complain(...said);
  };
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    CASEBOOK_TABLE: table,
    CASEBOOK_EVIDENCE_BUCKET: evidenceBucket,
    CASEBOOK_SITE_BUCKET: siteBucket,
    CASEBOOK_QUEUE_URL: jobs,
    CASEBOOK_DEAD_QUEUE_URL: dead,
    CASEBOOK_PUBLIC_URL: 'https://casebook.example.org',
    CASEBOOK_MAX_ATTEMPTS: '3',
  });
  return {
    evidenceBucket,
    queue,
    // As Node loads it, not as the test runner would transform it. It exports `handler`: infra/functions.ts names that.
    handler: (name) => (require(resolve(LAMBDAS, `${name}.mjs`)) as { handler: Handler }).handler,
    waiting: () => fauxqs.inspectQueue(queue)?.messages.ready.map(({ body }) => body) ?? [],
    async items() {
      const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
      return Items;
    },
    async stop() {
      process.env = before;
      console.warn = complain;
      dynamo.destroy();
      await fauxqs.stop();
      await dynalite.stop();
    },
  };
}
