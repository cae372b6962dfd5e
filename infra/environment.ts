import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Buckets } from './buckets.ts';
import { MAX_ATTEMPTS, type JobQueues } from './jobs.ts';
import type { SignIn } from './sign-in.ts';

export interface Shared {
  readonly table: Table;
  readonly buckets: Buckets;
  readonly jobs: JobQueues;
  readonly publicUrl: string;
}

/** What `functions/lambda/deps.ts` reads. */
export function environmentOf({ table, buckets, jobs, publicUrl }: Shared, signIn?: SignIn): Record<string, string> {
  return {
    NODE_OPTIONS: '--enable-source-maps',
    CASEBOOK_TABLE: table.tableName,
    CASEBOOK_EVIDENCE_BUCKET: buckets.evidence.bucketName,
    CASEBOOK_SITE_BUCKET: buckets.site.bucketName,
    CASEBOOK_QUEUE_URL: jobs.queue.queueUrl,
    CASEBOOK_DEAD_QUEUE_URL: jobs.dead.queueUrl,
    CASEBOOK_PUBLIC_URL: publicUrl,
    CASEBOOK_MAX_ATTEMPTS: String(MAX_ATTEMPTS),
    ...(signIn && { CASEBOOK_OIDC_ISSUER: signIn.issuer, CASEBOOK_OIDC_CLIENT_ID: signIn.clientId }),
  };
}
