import { Duration, RemovalPolicy, Validations, type Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods } from 'aws-cdk-lib/aws-s3';

export interface Buckets {
  /** Raw evidence and analyses: private, every object with an end. */
  readonly evidence: Bucket;
  /** What is published; read by the distribution alone. */
  readonly site: Bucket;
  allowUploadsFrom(origin: string): void;
}

const RAW_DAYS = 30;

export function createBuckets(stack: Stack): Buckets {
  const common = {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.RETAIN,
  } as const;
  const evidence = new Bucket(stack, 'Evidence', {
    ...common,
    eventBridgeEnabled: true,
    lifecycleRules: [
      // Sweep deletes raw bytes first, and says so; this is the floor under it.
      { prefix: 'raw/', expiration: Duration.days(RAW_DAYS + 1) },
      { prefix: 'push/', expiration: Duration.days(RAW_DAYS + 1) },
      { abortIncompleteMultipartUploadAfter: Duration.days(2) },
    ],
  });
  const site = new Bucket(stack, 'Site', common);
  for (const bucket of [evidence, site])
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Every reading of raw evidence is recorded by the product as an event; server access logs would keep the addresses of strangers.',
    });
  return {
    evidence,
    site,
    allowUploadsFrom(origin) {
      evidence.addCorsRule({
        allowedMethods: [HttpMethods.PUT, HttpMethods.GET],
        allowedOrigins: [origin],
        allowedHeaders: ['*'],
        exposedHeaders: ['ETag'],
        maxAge: 3600,
      });
    },
  };
}
