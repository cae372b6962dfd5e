import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { onChanges } from '../hub/on-changes.ts';
import { publishHome, publishInvestigation } from '../hub/publish/publish.ts';
import { decodeStreamBatch } from '../platform/changes/dynamodb-stream.ts';
import { openAwsDeps } from './deps.ts';

const deps = openAwsDeps();

/** The change stream. A batch is published whole or delivered again whole: publishing twice changes nothing. */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const batch = decodeStreamBatch(event.Records);
  try {
    await onChanges(
      await deps,
      batch.map(({ change }) => change),
      { investigation: publishInvestigation, home: publishHome },
    );
    return { batchItemFailures: [] };
  } catch (error) {
    (await deps).log.error('a batch of changes was not published; it comes again', error, { changes: batch.length });
    const first = batch[0]?.sequenceNumber;
    if (first === undefined) throw error;
    return { batchItemFailures: [{ itemIdentifier: first }] };
  }
}
