import type { DynamoDBBatchResponse, SQSBatchResponse } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Deps } from '../../functions/hub/deps.ts';
import { getEvidence } from '../../functions/hub/evidence-record.ts';
import { nounKey, rawKey, siteKeys } from '../../functions/hub/keys.ts';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { openAwsDeps } from '../../functions/lambda/deps.ts';
import { BROKEN, prometheusJson } from '../e2e/samples.ts';
import { openAwsHouse, whyNotBuilt, type AwsHouse } from './aws-house.ts';
import { CONTEXT, httpApiEvent, objectCreated, scheduledEvent, sqsEvent, streamEvent } from './recorded-events.ts';

const SLUG = 'on-aws';
const Answer = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  isBase64Encoded: z.boolean(),
});
const Taken = z.object({ evidence: z.object({ id: z.string() }), upload: z.object({ url: z.string() }) });

if (whyNotBuilt) console.warn(`test/lambda/handlers: skipped, ${whyNotBuilt}`);

describe.skipIf(whyNotBuilt)('the built handlers, on recorded events and emulated stores', () => {
  let house: AwsHouse;
  let deps: Deps;
  let token: string;

  beforeAll(async () => {
    house = await openAwsHouse();
    deps = await openAwsDeps();
    const input = NewInvestigation.parse({ slug: SLUG, title: 'Memory of the engine rises', product: 'Engine' });
    token = (await openInvestigation(deps, input, { subject: 'm-1', name: 'Mara' })).publicToken ?? '';
  });
  afterAll(() => house.stop());

  const api = async (...args: Parameters<typeof httpApiEvent>) =>
    Answer.parse(await house.handler('api')(httpApiEvent(...args), CONTEXT));
  const analyse = async (...bodies: Parameters<typeof sqsEvent>) => {
    const event = sqsEvent(...bodies);
    const answer = (await house.handler('analyse')(event, CONTEXT)) as SQSBatchResponse;
    return answer.batchItemFailures.map(({ itemIdentifier }) =>
      event.Records.findIndex(({ messageId }) => messageId === itemIdentifier),
    );
  };
  const publish = async (items: Parameters<typeof streamEvent>[0]) =>
    (await house.handler('publish')(streamEvent(items), CONTEXT)) as DynamoDBBatchResponse;
  const bearer = () => ({ authorization: `Bearer ${token}` });
  const read = async (key: string): Promise<string> => new TextDecoder().decode(await deps.site.read(key));

  /** Announced through the API's handler; put where its URL says, as curl does. */
  async function send(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const answer = await api('POST', `/api/investigations/${SLUG}/evidence`, {
      headers: { ...bearer(), accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ name, sizeBytes: bytes.byteLength }),
    });
    expect(answer.statusCode, answer.body).toBe(201);
    const { evidence, upload } = Taken.parse(JSON.parse(answer.body));
    expect((await fetch(upload.url, { method: 'PUT', body: bytes })).status).toBe(200);
    return evidence.id;
  }
  const arrived = (id: string) => objectCreated(house.evidenceBucket, rawKey(SLUG, id), 1);
  const jobOf = (id: string) => JSON.stringify({ slug: SLUG, id });

  describe('api: API Gateway, HTTP API, payload 2.0', () => {
    it('answers, with the headers of every answer', async () => {
      const answer = await api('GET', '/api/health');
      expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: false });
      expect(JSON.parse(answer.body)).toMatchObject({ ok: true });
      expect(answer.headers).toHaveProperty('content-security-policy');
    });

    it('answers for the site where that has nothing', async () => {
      const answer = await api('GET', '/i/nobody/index.html');
      expect(answer.statusCode).toBe(404);
      expect(answer.headers['content-type']).toContain('text/html');
      expect(answer.body).toContain('There is nothing at this address.');
    });

    it('takes a query as curl sends it, and answers one signed URL as text and the receipt as a header', async () => {
      const answer = await api('POST', `/api/investigations/${SLUG}/evidence?name=dump.hprof&size=1000`, {
        headers: bearer(),
      });
      expect(answer.statusCode).toBe(201);
      expect(answer.headers['content-type']).toContain('text/plain');
      expect(answer.headers['casebook-receipt']).toMatch(/^https:\/\/casebook\.example\.org\/receipt\/#on-aws\./);
      const url = new URL(answer.body.trim());
      expect(url.searchParams.get('X-Amz-SignedHeaders')).toContain('content-length');
      expect(url.searchParams.has('x-amz-checksum-crc32')).toBe(false);
    });

    it('reads a body that the gateway encoded in base64', async () => {
      const body = Buffer.from(JSON.stringify({ body: 'We see it too.' })).toString('base64');
      const headers = { ...bearer(), accept: 'application/json', 'content-type': 'application/json' };
      const answer = await api('POST', `/api/investigations/${SLUG}/notes`, { headers, body, isBase64Encoded: true });
      expect(answer.statusCode, answer.body).toBe(201);
      expect(JSON.parse(answer.body)).toMatchObject({ note: { body: 'We see it too.' } });
    });

    it('says what is wrong in the same form as on one machine', async () => {
      const wrong = await api('POST', `/api/investigations/${SLUG}/evidence?name=a&size=1`);
      expect(wrong.statusCode).toBe(401);
      expect((await api('GET', '/api/nonsense', { headers: { accept: 'application/json' } })).statusCode).toBe(404);
    });

    it('counts rates for the viewer that the CDN saw, not for what the caller wrote before it', async () => {
      const before = (await house.items()).filter((item) => item['pk']?.S?.includes('notesPerHour')).length;
      for (const forged of ['203.0.113.1', '203.0.113.2'])
        await api('POST', `/api/investigations/${SLUG}/notes`, {
          headers: {
            ...bearer(),
            'content-type': 'application/json',
            'x-forwarded-for': `${forged}, 198.51.100.7, 130.176.1.2`,
          },
          body: JSON.stringify({ body: 'Again.' }),
        });
      const after = (await house.items()).filter((item) => item['pk']?.S?.includes('notesPerHour')).length;
      expect({ before, after }).toEqual({ before: 1, after: 1 });
    });
  });

  describe('analyse: SQS, with what EventBridge put there and with jobs', () => {
    it('an arrival becomes a job, the job an analysis', async () => {
      const id = await send('memory.json', new TextEncoder().encode(prometheusJson()));
      expect(await analyse(arrived(id))).toEqual([]);
      expect((await getEvidence(deps, SLUG, id)).state).toBe('received');
      expect(house.waiting()).toContain(jobOf(id));
      expect(await analyse(jobOf(id))).toEqual([]);
      const analysed = await getEvidence(deps, SLUG, id);
      expect(analysed).toMatchObject({ state: 'analysed', format: 'prometheus-json', attempts: 1 });
      // At least once: the same again changes nothing.
      expect(await analyse(arrived(id), jobOf(id))).toEqual([]);
      expect(await getEvidence(deps, SLUG, id)).toEqual(analysed);
    });

    it('of a batch only the message that failed comes again; a refusal is no failure', async () => {
      const good = await send('good.json', new TextEncoder().encode(prometheusJson({ seed: 1 })));
      const broken = await send('broken.bin', BROKEN);
      const damaged = await send('damaged.json', new TextEncoder().encode(prometheusJson({ seed: 2 })));
      await analyse(arrived(good), arrived(broken), arrived(damaged));
      const key = nounKey(SLUG, 'evidence', damaged);
      const whole = await deps.records.get(key);
      const bad = await deps.records.put({ ...key, body: { ...whole?.body, state: 'nonsense' } }, whole?.version ?? 0);
      expect(await analyse(jobOf(good), jobOf(damaged), jobOf(broken), 'no job at all')).toEqual([1]);
      expect(await getEvidence(deps, SLUG, good)).toMatchObject({ state: 'analysed' });
      expect(await getEvidence(deps, SLUG, broken)).toMatchObject({
        state: 'refused',
        refusal: { code: 'unrecognised' },
      });
      // Mended, the message that comes again is through.
      await deps.records.put({ ...key, body: whole?.body ?? {} }, bad.version);
      expect(await analyse({ body: jobOf(damaged), receiveCount: 2 })).toEqual([]);
      expect(await getEvidence(deps, SLUG, damaged)).toMatchObject({ state: 'analysed' });
    });

    it('events of other keys and of what is gone end quietly', async () => {
      expect(
        await analyse(
          objectCreated(house.evidenceBucket, 'analysis/x.json', 2),
          objectCreated(house.evidenceBucket, rawKey(SLUG, '0'.repeat(19)), 2),
          jobOf('0'.repeat(19)),
        ),
      ).toEqual([]);
    });
  });

  describe('publish: the stream of the table', () => {
    it('a batch of new images becomes the site', async () => {
      expect(await publish(await house.items())).toEqual({ batchItemFailures: [] });
      const page = await read(siteKeys.investigation(SLUG));
      for (const name of ['memory.json', 'good.json', 'broken.bin']) expect(page).toContain(name);
      // The script that was built with it.
      expect(page).toMatch(/src="\/assets\/client-[\w-]+\.js"/);
      expect(await read(siteKeys.home)).toContain('Memory of the engine rises');
      const etag = (await deps.site.head(siteKeys.investigation(SLUG)))?.etag;
      expect(await publish(await house.items())).toEqual({ batchItemFailures: [] });
      expect((await deps.site.head(siteKeys.investigation(SLUG)))?.etag).toBe(etag);
    });

    it('names where a batch must begin again when it could not be published', async () => {
      const [first, ...rest] = (await house.items()).filter((item) => item['pk']?.S === `investigation#${SLUG}`);
      const poison = { ...first, sk: { S: 'event#broken' }, body: { S: '{"kind":1}' } };
      const { batchItemFailures } = await publish([poison, ...rest]);
      expect(batchItemFailures).toEqual([{ itemIdentifier: '4421584500000000' }]);
    });
  });

  describe('sweep: the schedule', () => {
    it('finds what arrived without its event, and sends its job', async () => {
      const id = await send('lost.json', new TextEncoder().encode(prometheusJson({ seed: 4 })));
      const key = nounKey(SLUG, 'evidence', id);
      const record = await deps.records.get(key);
      // Five minutes later.
      await deps.records.put({ ...key, body: record?.body ?? {}, dueAtMs: 1 }, record?.version ?? 0);
      const swept = await house.handler('sweep')(scheduledEvent(), CONTEXT);
      expect(swept).toMatchObject({ failed: 0 });
      expect(house.waiting()).toContain(jobOf(id));
      expect(await analyse(jobOf(id))).toEqual([]);
      expect(await getEvidence(deps, SLUG, id)).toMatchObject({ state: 'analysed' });
    });
  });
});
