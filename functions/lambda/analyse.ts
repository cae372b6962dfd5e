import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { analyseJob, parseJob } from '../hub/analyse-evidence.ts';
import type { Deps } from '../hub/deps.ts';
import { jobBytes } from '../hub/job-bytes.ts';
import { receiveObject } from '../hub/receive-object.ts';
import { openAwsDeps } from './deps.ts';
import { startBigAnalysis } from './start-big-analysis.ts';

/** What EventBridge says of a new object; the key comes URL-encoded nowhere but in S3's own notifications, so as it is. */
const ObjectCreated = z.object({
  'detail-type': z.literal('Object Created'),
  detail: z.object({ object: z.object({ key: z.string() }) }),
});

const deps = openAwsDeps();
const processor = new BatchProcessor(EventType.SQS);

/** The queue brings two kinds of message: an object arrived, and a job to do. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return processPartialResponse(event, async (record: SQSRecord) => workOn(await deps, record), processor, {
    context,
    throwOnFullBatchFailure: false,
  });
}

async function workOn(deps: Deps, record: SQSRecord): Promise<void> {
  const arrival = ObjectCreated.safeParse(parseJson(record.body));
  if (arrival.success) {
    await receiveObject(deps, arrival.data.detail.object.key);
    return;
  }
  const job = parseJob(record.body);
  const sizeBytes = job ? await jobBytes(deps, job) : 0;
  if (await startBigAnalysis(record.body, sizeBytes)) return;
  // The queue's visibility timeout is longer than an invocation may last: no heartbeat is needed.
  await analyseJob(deps, { body: record.body, attempts: Number(record.attributes.ApproximateReceiveCount) }, () =>
    Promise.resolve(),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
