import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../functions/platform/notifications/notifications.ts';
import { isPublic } from '../../functions/platform/notifications/public-address.ts';
import { webhook } from '../../functions/platform/notifications/webhook.ts';

interface Call {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const KEY = Buffer.from('24 bytes of the receiver');
const SECRET = `whsec_${KEY.toString('base64')}`;
const noticeTo = (url: string): Notification => ({
  to: { kind: 'webhook', url, secret: SECRET },
  subject: 'Heap grows again ✓',
  text: 'The slope is back.',
  url: 'https://hub.example/i/worker',
  id: '01h00000000000000aa',
  data: { slope: 1.5 },
});

describe('webhook', () => {
  const calls: Call[] = [];
  let server: Server;
  let port = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const path = request.url ?? '';
        calls.push({ path, headers: request.headers, body });
        if (path === '/never') return;
        if (path === '/redirect') response.writeHead(307, { location: '/elsewhere' }).end();
        else if (path === '/endless') {
          response.writeHead(200);
          const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
          response.on('close', () => clearInterval(timer));
        } else response.writeHead(path === '/broken' ? 500 : 204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port; // a TCP server's address is never a string
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const inside = webhook({ allowPrivate: true, now: () => 1_700_000_000_500 });
  const at = (path: string) => `http://127.0.0.1:${port}${path}`;

  it('posts JSON with a signature that its receiver can check', async () => {
    await inside.send(noticeTo(at('/hook?x=1')));
    const call = calls.at(-1);
    expect(call?.path).toBe('/hook?x=1');
    expect(JSON.parse(call?.body ?? '')).toEqual({
      id: '01h00000000000000aa',
      subject: 'Heap grows again ✓',
      text: 'The slope is back.',
      url: 'https://hub.example/i/worker',
      data: { slope: 1.5 },
    });
    expect(call?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': '01h00000000000000aa',
      'webhook-timestamp': '1700000000',
    });
    const content = `01h00000000000000aa.1700000000.${call?.body ?? ''}`;
    const signature = createHmac('sha256', KEY).update(content).digest('base64');
    expect(call?.headers['webhook-signature']).toBe(`v1,${signature}`);
  });

  it('throws for failures, does not follow a redirect, and does not wait or read for ever', async () => {
    await expect(inside.send(noticeTo(at('/broken')))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(inside.send(noticeTo(at('/redirect')))).rejects.toThrow('answered 307');
    expect(calls.map((call) => call.path)).not.toContain('/elsewhere');
    await inside.send(noticeTo(at('/endless')));
    const hasty = webhook({ allowPrivate: true, timeoutMs: 200 });
    await expect(hasty.send(noticeTo(at('/never')))).rejects.toThrow('within 200 ms');
    const stuck = webhook({ timeoutMs: 200, resolve: () => new Promise(() => undefined) });
    await expect(stuck.send(noticeTo('https://slow.example/'))).rejects.toThrow('within 200 ms');
    await expect(inside.send(noticeTo('http://127.0.0.1:1/'))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(inside.send(noticeTo('http://nowhere.invalid/'))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('calls nobody inside, however the address is written', async () => {
    const outside = webhook();
    const before = calls.length;
    const hosts = ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '017700000001', '127.1', '0.0.0.0', '0', '[::1]'];
    const more = ['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]', '[fe80::1]', '[fd00:ec2::254]', '[::]'];
    const others = ['169.254.169.254', '10.0.0.1', '192.168.1.1', '172.31.0.1', '100.100.100.200', '127.0.0.1.'];
    for (const host of [...hosts, ...more, ...others]) {
      const sent = outside.send(noticeTo(`http://${host}:${port}/inside`));
      await expect(sent, host).rejects.toMatchObject({
        code: expect.stringMatching(/^(bad-input|unavailable)$/) as string,
      });
    }
    await expect(outside.send(noticeTo(at('/inside')))).rejects.toMatchObject({ code: 'bad-input' });
    for (const url of ['ftp://hub.example/', 'file:///etc/passwd', 'nonsense', 'https://user:pw@hub.example/']) {
      await expect(inside.send(noticeTo(url)), url).rejects.toMatchObject({ code: 'bad-input' });
    }
    expect(calls).toHaveLength(before);
  });

  it('refuses a name of which one address is private', async () => {
    const resolve = () =>
      Promise.resolve([
        { address: '93.184.216.34', family: 4 },
        { address: '10.1.2.3', family: 4 },
      ]);
    const sent = webhook({ resolve }).send(noticeTo('https://two-faced.example/'));
    await expect(sent).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('connects to the address that was examined and asks for no other', async () => {
    let asked = 0;
    const resolve = () => {
      asked++;
      return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    };
    // The system cannot resolve this name, so only the pinned address leads to the server.
    await webhook({ allowPrivate: true, resolve }).send(noticeTo(`http://pinned.invalid:${port}/pinned`));
    expect(asked).toBe(1);
    expect(calls.at(-1)).toMatchObject({ path: '/pinned', headers: { host: `pinned.invalid:${port}` } });
  });
});

describe('which addresses are public', () => {
  it('knows both sides of every border', () => {
    const outside = ['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'];
    outside.push('169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0');
    outside.push('223.255.255.255', '198.17.255.255', '198.20.0.0', '2606:4700::1111', '2a00:1450:4001::1');
    for (const address of outside) expect(isPublic(address), address).toBe(true);
    const inside = ['0.0.0.0', '10.0.0.0', '10.255.255.255', '100.64.0.0', '127.0.0.1', '127.255.255.255'];
    inside.push('169.254.0.0', '172.16.0.0', '172.31.255.255', '192.168.0.0', '198.18.0.0', '198.19.255.255');
    inside.push('224.0.0.1', '255.255.255.255', '::', '::1', '::ffff:1.1.1.1', 'fe80::1%eth0', 'fc00::', 'fdff::1');
    inside.push('ff02::1', '2001::1', '2001:db8::1', '2002:7f00:1::', '64:ff9b::1.1.1.1', '', 'localhost', '1.1.1');
    for (const address of inside) expect(isPublic(address), address).toBe(false);
  });

  it('takes no IPv6 form of an IPv4 address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isPublic(`::ffff:${address}`)).toBe(false);
        expect(isPublic(`::${address}`)).toBe(false);
      }),
    );
  });
});
