import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Changes } from '../../../functions/platform/changes/changes.ts';
import { changesOf } from '../../../functions/platform/changes/dynamodb-stream.ts';

/**
 * Does on DynamoDB Local what the event source mapping does on AWS: follows the one shard of a new table, and moves its
 * position after the handler is done. The streams' API is spoken as it is on the wire; DynamoDB Local checks no signature.
 */
export interface StreamPosition {
  iterator?: string;
}

const Described = z.object({
  StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })).min(1) }),
});
const Iterator = z.object({ ShardIterator: z.string() });
const Records = z.object({ Records: z.array(z.unknown()), NextShardIterator: z.string() });

export function followStream(endpoint: string, streamArn: string, position: StreamPosition): Changes {
  const call = async (action: string, body: unknown): Promise<unknown> => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDBStreams_20120810.${action}`,
        'x-amz-date': '20260101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none',
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };

  const oldest = async (): Promise<string> => {
    const { StreamDescription } = Described.parse(await call('DescribeStream', { StreamArn: streamArn }));
    const request = {
      StreamArn: streamArn,
      ShardId: StreamDescription.Shards[0]?.ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    };
    return Iterator.parse(await call('GetShardIterator', request)).ShardIterator;
  };

  return {
    async consume(handle, signal) {
      while (!signal.aborted) {
        position.iterator ??= await oldest();
        const batch = Records.parse(await call('GetRecords', { ShardIterator: position.iterator, Limit: 100 }));
        try {
          const changes = changesOf(batch.Records);
          if (changes.length > 0) await handle(changes);
          position.iterator = batch.NextShardIterator;
        } catch {
          // Delivered again from the same position.
        }
        await sleep(20);
      }
    },
  };
}
