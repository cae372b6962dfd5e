import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message as SqsMessage,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import type { Jobs, Message } from './jobs.ts';
import { checkDelay, checkMessageBody, checkReceive, checkVisibility, deliveryGone, MAX_RECEIVE } from './message.ts';

export interface SqsJobsOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  /** The dead-letter queue, which has none of its own. */
  readonly deadLetterUrl: string;
  /** `maxReceiveCount` of the queue's redrive policy. */
  readonly maxAttempts: number;
}

/** How long a look at the dead letters hides them from another look. */
const PEEK_SECONDS = 30;
/** A long poll asks every server of the queue; a short one may miss messages that are there. */
const PEEK_WAIT_SECONDS = 1;
/** SQS's answers to a heartbeat on a message that is visible again, deleted, or with somebody else. */
const VOID_DELIVERY = new Set(['MessageNotInflight', 'ReceiptHandleIsInvalid', 'InvalidParameterValue']);

export function sqsJobs({ client, queueUrl, deadLetterUrl, maxAttempts }: SqsJobsOptions): Jobs {
  const receiveDead = async (max: number) =>
    (
      await client.send(
        new ReceiveMessageCommand({
          QueueUrl: deadLetterUrl,
          MaxNumberOfMessages: Math.min(max, MAX_RECEIVE),
          VisibilityTimeout: PEEK_SECONDS,
          WaitTimeSeconds: PEEK_WAIT_SECONDS,
        }),
      )
    ).Messages ?? [];

  return {
    async send(body, { delaySeconds = 0 } = {}) {
      checkMessageBody(body);
      checkDelay(delaySeconds);
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, DelaySeconds: delaySeconds }));
    },

    async receive(options) {
      checkReceive(options);
      const { max = MAX_RECEIVE, visibilitySeconds, waitSeconds = 0, signal } = options;
      if (signal?.aborted) return [];
      try {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            QueueUrl: queueUrl,
            MaxNumberOfMessages: max,
            VisibilityTimeout: visibilitySeconds,
            WaitTimeSeconds: waitSeconds,
            MessageSystemAttributeNames: ['ApproximateReceiveCount'],
          }),
          { abortSignal: signal },
        );
        return Messages.map((message) => fromSqs(message, Number(message.Attributes?.ApproximateReceiveCount)));
      } catch (error) {
        // What was delivered to a poll that is given up becomes visible again by itself.
        if (signal?.aborted) return [];
        throw error;
      }
    },

    async extend(receipt, visibilitySeconds) {
      checkVisibility(visibilitySeconds);
      try {
        await client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: queueUrl,
            ReceiptHandle: receipt,
            VisibilityTimeout: visibilitySeconds,
          }),
        );
      } catch (error) {
        throw isVoidDelivery(error) ? deliveryGone(error) : error;
      }
    },

    async done(receipt) {
      try {
        await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
      } catch (error) {
        if (!isVoidDelivery(error)) throw error;
      }
    },

    async deadLetters(limit) {
      const seen = new Map<string, SqsMessage>();
      while (seen.size < limit) {
        const batch = await receiveDead(limit - seen.size);
        if (batch.length === 0) break;
        for (const message of batch) seen.set(message.MessageId ?? '', message);
      }
      await Promise.all(
        [...seen.values()].map(({ ReceiptHandle }) =>
          client.send(
            new ChangeMessageVisibilityCommand({ QueueUrl: deadLetterUrl, ReceiptHandle, VisibilityTimeout: 0 }),
          ),
        ),
      );
      return [...seen.values()].map((message) => ({ ...fromSqs(message, maxAttempts), receipt: '' }));
    },

    async redrive() {
      // Sent before it is deleted: a crash in between repeats a job and loses none. SQS' own move task takes minutes to start.
      for (let moved = 0; ;) {
        const batch = await receiveDead(MAX_RECEIVE);
        if (batch.length === 0) return moved;
        await Promise.all(
          batch.map(async ({ Body, ReceiptHandle }) => {
            await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: Body }));
            await client.send(new DeleteMessageCommand({ QueueUrl: deadLetterUrl, ReceiptHandle }));
          }),
        );
        moved += batch.length;
      }
    },
  };
}

function fromSqs({ MessageId, Body, ReceiptHandle }: SqsMessage, attempts: number): Message {
  if (MessageId === undefined || Body === undefined || ReceiptHandle === undefined)
    throw new Error('the queue delivered a message without id, body or receipt');
  return { id: MessageId, body: Body, attempts, receipt: ReceiptHandle };
}

function isVoidDelivery(error: unknown): boolean {
  return (
    error instanceof SQSServiceException && VOID_DELIVERY.has(error.name.replace(/^AWS\.SimpleQueueService\./, ''))
  );
}
