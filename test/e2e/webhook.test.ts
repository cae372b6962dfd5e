import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signIn } from './maintainer.ts';
import { startServer, whyNotBuilt, type RunningServer } from './server.ts';

if (whyNotBuilt) console.warn(`test/e2e/webhook: skipped, ${whyNotBuilt}`);

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe.skipIf(whyNotBuilt)('a webhook of a team, from the desk to its receiver', () => {
  const calls: Call[] = [];
  let receiver: Server;
  let server: RunningServer;

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        calls.push({ headers: request.headers, body });
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    server = await startServer({ env: { CASEBOOK_WEBHOOKS_INSIDE: 'yes' } });
  });
  afterAll(async () => {
    await server.remove();
    receiver.close();
  });

  test('an update arrives once, signed with the secret that was shown, with the address of the page', async () => {
    const maintainer = await signIn(server);
    await maintainer.open('told', 'Memory of `worker` rises');
    // A listening server of TCP has an address of this kind.
    const target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/casebook`;
    const added = await maintainer.call('POST', '/api/investigations/told/subscriptions', {
      channel: 'webhook',
      target,
    });
    const { signingSecret } = added as { signingSecret: string };
    await maintainer.call('POST', '/api/investigations/told/updates', { title: 'Found', body: 'It is the registry.' });

    await expect.poll(() => calls.length, { timeout: 15_000 }).toBe(1);
    const [{ headers, body } = { headers: {}, body: '' }] = calls;
    const key = Buffer.from(signingSecret.replace(/^whsec_/, ''), 'base64');
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    expect(JSON.parse(body)).toMatchObject({
      url: `${server.url}/i/told/`,
      data: { kind: 'update/added', slug: 'told' },
    });
    expect(body).toContain('Found');
  });
});
