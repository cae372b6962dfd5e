import { Duration, type Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';

export interface JobQueues {
  readonly queue: Queue;
  readonly dead: Queue;
}

export const MAX_ATTEMPTS = 3;
/** Longer than an analysis may take, so that no message is delivered while it is worked on. */
const VISIBILITY = Duration.minutes(16);

/** Object created -> rule -> queue; what failed three times waits two weeks in `dead` for somebody to look. */
export function createJobs(stack: Stack, evidence: Bucket): JobQueues {
  const dead = new Queue(stack, 'DeadJobs', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  const queue = new Queue(stack, 'Jobs', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    visibilityTimeout: VISIBILITY,
    retentionPeriod: Duration.days(14),
    deadLetterQueue: { queue: dead, maxReceiveCount: MAX_ATTEMPTS },
  });
  new Rule(stack, 'EvidenceArrived', {
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [evidence.bucketName] }, object: { key: [{ prefix: 'raw/' }] } },
    },
    targets: [new SqsQueue(queue, { deadLetterQueue: dead })],
  });
  return { queue, dead };
}
