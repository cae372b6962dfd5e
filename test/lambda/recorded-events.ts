import { createHash, randomUUID } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * What AWS hands to a function, field by field as its documentation prints it, with what differs from call to call as
 * arguments.
 */
const ACCOUNT = '123456789012';
const REGION = 'us-east-1';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html, format 2.0 */
export function httpApiEvent(
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: string; isBase64Encoded?: boolean; cookies?: string[] } = {},
) {
  const [rawPath = '/', rawQueryString = ''] = path.split('?');
  const { headers = {}, ...more } = options;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: {
      accept: '*/*',
      'content-length': String(options.body?.length ?? 0),
      host: 'abc123.execute-api.us-east-1.amazonaws.com',
      'user-agent': 'curl/8.14.1',
      'x-amzn-trace-id': 'Root=1-67a1-0123456789abcdef01234567',
      // The viewer as CloudFront saw it, then CloudFront as the gateway saw it.
      'x-forwarded-for': '198.51.100.7, 130.176.1.2',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...headers,
    },
    ...(rawQueryString !== '' && { queryStringParameters: Object.fromEntries(new URLSearchParams(rawQueryString)) }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'abc123',
      domainName: 'abc123.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'abc123',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '130.176.1.2', userAgent: 'curl/8.14.1' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: '$default',
      stage: '$default',
      time: '22/Nov/2026:21:00:00 +0000',
      timeEpoch: 1_795_381_200_000,
    },
    isBase64Encoded: false,
    ...more,
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function sqsEvent(...bodies: (string | { body: string; receiveCount: number })[]) {
  return {
    Records: bodies.map((given) => {
      const { body, receiveCount } = typeof given === 'string' ? { body: given, receiveCount: 1 } : given;
      return {
        messageId: randomUUID(),
        receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
        body,
        attributes: {
          ApproximateReceiveCount: String(receiveCount),
          SentTimestamp: '1795381200000',
          SenderId: 'AIDAIENQZJOLO23YVJ4VO',
          ApproximateFirstReceiveTimestamp: '1795381200010',
        },
        messageAttributes: {},
        md5OfBody: createHash('md5').update(body).digest('hex'),
        eventSource: 'aws:sqs',
        eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:jobs`,
        awsRegion: REGION,
      };
    }),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html: what a rule puts into the queue, as text. */
export function objectCreated(bucket: string, key: string, sizeBytes: number): string {
  return JSON.stringify({
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: ACCOUNT,
    time: '2026-11-22T21:00:00Z',
    region: REGION,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size: sizeBytes, etag: 'b1946ac92492d2347c6235b4d2611184', sequencer: '00617F08299329D189' },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: ACCOUNT,
      'source-ip-address': '198.51.100.7',
      reason: 'PutObject',
    },
  });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html: new items, in the order given. */
export function streamEvent(items: readonly Readonly<Record<string, AttributeValue>>[]) {
  return {
    Records: items.map((item, i) => ({
      eventID: createHash('md5').update(String(i)).digest('hex'),
      eventName: 'INSERT' as const,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: REGION,
      dynamodb: {
        ApproximateCreationDateTime: 1_795_381_200,
        Keys: { pk: item['pk'], sk: item['sk'] },
        NewImage: item,
        SequenceNumber: String(4_421_584_500_000_000 + i),
        SizeBytes: 260,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/records/stream/2026-11-22T00:00:00.000`,
    })),
  };
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html: the default input. */
export function scheduledEvent() {
  return {
    version: '0',
    id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: ACCOUNT,
    time: '2026-11-22T21:00:00Z',
    region: REGION,
    resources: [`arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/default/EveryFiveMinutes`],
    detail: '{}',
  };
}

/** The second argument of every handler. */
export const CONTEXT = {
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'casebook',
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:casebook`,
  memoryLimitInMB: '10240',
  awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e812345678',
  logGroupName: '/aws/lambda/casebook',
  logStreamName: '2026/11/22/[$LATEST]f66a7d0d',
  getRemainingTimeInMillis: () => 900_000,
};
