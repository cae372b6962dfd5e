import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import { nodeRun } from '../host/node-run.ts';
import { Config } from '../hub/config.ts';
import type { Deps } from '../hub/deps.ts';
import { runAnalysis } from '../hub/run-analysis.ts';
import { isAppError } from '../model/error.ts';
import { sqsJobs } from '../platform/jobs/sqs.ts';
import { channels } from '../platform/notifications/channels.ts';
import { ses } from '../platform/notifications/ses.ts';
import { webhook } from '../platform/notifications/webhook.ts';
import type { Objects } from '../platform/objects/objects.ts';
import { s3Objects } from '../platform/objects/s3.ts';
import { dynamoRecords } from '../platform/records/dynamodb.ts';
import type { Records } from '../platform/records/records.ts';

/** What `infra/environment.ts` sets. */
const Environment = z.object({
  CASEBOOK_TABLE: z.string(),
  CASEBOOK_EVIDENCE_BUCKET: z.string(),
  CASEBOOK_SITE_BUCKET: z.string(),
  CASEBOOK_QUEUE_URL: z.string(),
  CASEBOOK_DEAD_QUEUE_URL: z.string(),
  CASEBOOK_PUBLIC_URL: z.string(),
  CASEBOOK_MAX_ATTEMPTS: z.coerce.number().int().positive(),
  CASEBOOK_OIDC_ISSUER: z.string().optional(),
  CASEBOOK_OIDC_CLIENT_ID: z.string().optional(),
  CASEBOOK_MAIL_FROM: z.string().optional(),
});

/** Everything on AWS. Made once for each warm function. */
export async function openAwsDeps(): Promise<Deps> {
  const environment = Environment.parse(process.env);
  const records = dynamoRecords({ client: new DynamoDBClient({}), table: environment.CASEBOOK_TABLE });
  // A presigned URL must not carry the checksum of the empty body that signing sees.
  const s3 = { client: new S3Client({}), presignClient: new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' }) };
  const evidence = s3Objects({ ...s3, bucket: environment.CASEBOOK_EVIDENCE_BUCKET });
  const logger = new Logger({ serviceName: 'casebook' });
  const { CASEBOOK_OIDC_ISSUER: issuer, CASEBOOK_OIDC_CLIENT_ID: clientId, CASEBOOK_MAIL_FROM: from } = environment;
  return {
    records,
    evidence,
    site: s3Objects({ ...s3, bucket: environment.CASEBOOK_SITE_BUCKET }),
    jobs: sqsJobs({
      client: new SQSClient({}),
      queueUrl: environment.CASEBOOK_QUEUE_URL,
      deadLetterUrl: environment.CASEBOOK_DEAD_QUEUE_URL,
      maxAttempts: environment.CASEBOOK_MAX_ATTEMPTS,
    }),
    notifications: channels({ webhook: webhook(), ...(from && { mail: ses({ client: new SESv2Client({}), from }) }) }),
    analyse: analyseInProcess(evidence),
    config: Config.parse({
      publicUrl: environment.CASEBOOK_PUBLIC_URL,
      secret: await sharedSecret(records),
      maxAttempts: environment.CASEBOOK_MAX_ATTEMPTS,
      ...(issuer && clientId && { oidc: { issuer, clientId } }),
    }),
    // esbuild writes the names of the built files here.
    assets: JSON.parse(process.env['CASEBOOK_ASSETS'] ?? '{"script":"","style":""}') as Deps['assets'],
    log: {
      info: (message, data) => logger.info(message, { ...data }),
      warn: (message, data) => logger.warn(message, { ...data }),
      error: (message, error, data) =>
        logger.error(message, { ...data, error: error instanceof Error ? error : String(error) }),
    },
    now: Date.now,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
  };
}

/** An invocation is a process of its own with one message: that is the isolation. */
function analyseInProcess(evidence: Objects): Deps['analyse'] {
  return async (request, { signal, progress }) => {
    const run = nodeRun({ signal, progress });
    try {
      return await runAnalysis((key) => evidence.source(key), request, run);
    } finally {
      run.clean();
    }
  };
}

/** Made by the first function that asks, in the encrypted table: a secret store would bill while nobody comes. */
async function sharedSecret(records: Records): Promise<string> {
  const key = { partition: 'settings', sort: 'secret' };
  const Stored = z.object({ secret: z.string() });
  const stored = await records.get(key);
  if (stored) return Stored.parse(stored.body).secret;
  const secret = randomBytes(48).toString('base64url');
  try {
    await records.put({ ...key, body: { secret } }, 0);
    return secret;
  } catch (error) {
    if (!isAppError(error) || error.code !== 'conflict') throw error;
    return Stored.parse((await records.get(key))?.body).secret;
  }
}
