import { describe, expect, it } from 'vitest';
import { changesOf, decodeStreamBatch } from '../../functions/platform/changes/dynamodb-stream.ts';

/** A record as Lambda's event source mapping delivers it, of a stream with new and old images. */
function streamRecord(
  eventName: string,
  key: { pk: string; sk: string },
  images: { NewImage?: Record<string, unknown>; OldImage?: Record<string, unknown> },
  sequenceNumber: string,
) {
  return {
    eventID: 'c4ca4238a0b923820dcc509a6f75849b',
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: 1_770_000_000,
      Keys: { pk: { S: key.pk }, sk: { S: key.sk } },
      ...images,
      SequenceNumber: sequenceNumber,
      SizeBytes: 26,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: 'arn:aws:dynamodb:us-east-1:123456789012:table/records/stream/2026-01-01T00:00:00.000',
  };
}

const image = (version: number, more: Record<string, unknown> = {}) => ({
  pk: { S: 'investigation#a' },
  sk: { S: 'step#1' },
  version: { N: String(version) },
  body: { S: `{"n":${version}}` },
  writeId: { S: 'w' },
  ...more,
});
const key = { pk: 'investigation#a', sk: 'step#1' };

describe('changes: batches of the DynamoDB stream', () => {
  it('decodes insertions, changes, deletions and expiry', () => {
    const expiring = { expiresAtMs: { N: '1234' }, expiresAt: { N: '2' }, dueAtMs: { N: '5' }, dueShard: { S: 'due' } };
    const batch = [
      streamRecord('INSERT', key, { NewImage: image(1) }, '100'),
      streamRecord('MODIFY', key, { NewImage: image(2, expiring), OldImage: image(1) }, '101'),
      {
        ...streamRecord('REMOVE', key, { OldImage: image(2, expiring) }, '102'),
        userIdentity: { principalId: 'dynamodb.amazonaws.com', type: 'Service' },
      },
    ];
    const record = { partition: 'investigation#a', sort: 'step#1' };
    expect(changesOf(batch)).toStrictEqual([
      { ...record, record: { ...record, version: 1, body: { n: 1 } } },
      { ...record, record: { ...record, version: 2, body: { n: 2 }, dueAtMs: 5, expiresAtMs: 1234 } },
      record,
    ]);
    expect(decodeStreamBatch(batch).map(({ sequenceNumber }) => sequenceNumber)).toStrictEqual(['100', '101', '102']);
  });

  it('leaves counters out', () => {
    const counter = { pk: '~tokens', sk: 'a' };
    const NewImage = { pk: { S: counter.pk }, sk: { S: counter.sk }, amount: { N: '5' } };
    expect(changesOf([streamRecord('INSERT', counter, { NewImage }, '1')])).toStrictEqual([]);
  });

  it.each([
    ['no record at all', null],
    ['another event', streamRecord('RENAME', key, { NewImage: image(1) }, '1')],
    ['no new image', streamRecord('MODIFY', key, {}, '1')],
    ['a body that is no JSON', streamRecord('INSERT', key, { NewImage: image(1, { body: { S: '{' } }) }, '1')],
    ['a body that is no object', streamRecord('INSERT', key, { NewImage: image(1, { body: { S: '[]' } }) }, '1')],
    ['a version that is no number', streamRecord('INSERT', key, { NewImage: image(1, { version: { N: 'x' } }) }, '1')],
  ])('throws on %s, so that the batch is kept', (_, record) => {
    expect(() => changesOf([record])).toThrow();
  });
});
