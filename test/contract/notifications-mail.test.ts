import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { channels } from '../../functions/platform/notifications/channels.ts';
import type { Notification, Notifications } from '../../functions/platform/notifications/notifications.ts';
import { ses } from '../../functions/platform/notifications/ses.ts';
import { smtp } from '../../functions/platform/notifications/smtp.ts';
import { startMoto } from './second-lane/moto.ts';
import { secondLane } from './second-lane/server.ts';

const FROM = 'Casebook <casebook@hub.example>';
const noticeTo = (address: string): Notification => ({
  to: { kind: 'mail', address },
  subject: 'Heap grows ✓\r\nBcc: everyone@hub.example',
  text: 'The slope is back.\n.\nA dot alone on a line must not end the mail. Größe.',
  url: 'https://hub.example/i/worker',
  id: '01h00000000000000aa',
});
/** Not one address: each would reach somebody else, or put a line into the header. */
const BAD = [
  '',
  'a',
  'a@',
  '@b',
  'a@b, c@d.example',
  'a@b.example\r\nBcc: x@y.example',
  '<a@b.example>',
  'A <a@b.example>',
];
BAD.push('a b@c.example', '"a b"@c.example', 'a@b@c.example', `${'a'.repeat(65)}@b.example`, '-oQ/tmp@b.example');

interface Delivered {
  readonly from: string;
  readonly to: string[];
  readonly subject: string;
  readonly text: string;
  readonly raw: string;
}
interface Mailbox {
  readonly delivered: Delivered[];
  readonly notifications: Notifications;
  /** Refuse from now on. */
  refuse(refusing: boolean): void;
  close(): Promise<unknown>;
}

/** RFC 5321 as far as one plain mail needs it. */
async function openSmtp(): Promise<Mailbox> {
  const delivered: Delivered[] = [];
  let refusing = false;
  const server = createServer((socket) => {
    let from = '';
    let to: string[] = [];
    let data: string | undefined;
    let buffered = '';
    const answer = (line: string) => void socket.write(`${line}\r\n`);
    answer('220 test');
    socket.setEncoding('latin1').on('error', () => undefined);
    socket.on('data', (chunk: string) => {
      buffered += chunk;
      for (let end = buffered.indexOf('\r\n'); end >= 0; end = buffered.indexOf('\r\n')) {
        const line = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        if (data !== undefined) {
          if (line === '.') {
            delivered.push({ from, to, ...decode(data) });
            [from, to, data] = ['', [], undefined];
            answer('250 kept');
          } else data += `${line.replace(/^\./, '')}\r\n`;
        } else if (/^(EHLO|HELO)/i.test(line)) answer('250 test');
        else if (/^MAIL FROM:/i.test(line)) {
          from = /<(.*?)>/.exec(line)?.[1] ?? '';
          answer('250 ok');
        } else if (/^RCPT TO:/i.test(line)) {
          to.push(/<(.*?)>/.exec(line)?.[1] ?? '');
          answer(refusing ? '450 busy' : '250 ok');
        } else if (/^DATA/i.test(line)) {
          data = '';
          answer('354 go');
        } else if (/^QUIT/i.test(line)) {
          answer('221 bye');
          socket.end();
        } else answer('250 ok');
      }
    });
  });
  const url = `smtp://127.0.0.1:${await listen(server)}`;
  return {
    delivered,
    notifications: smtp({ url, from: FROM, timeoutMs: 5000 }),
    refuse: (now) => (refusing = now),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function decode(raw: string): { subject: string; text: string; raw: string } {
  const [head = '', ...body] = raw.split('\r\n\r\n');
  const unfolded = head.replace(/\r\n[ \t]+/g, ' ');
  const subject = /^Subject: (.*)$/m.exec(unfolded)?.[1] ?? '';
  const words = subject.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?q\?(.*?)\?=/gi, (_, word: string) => {
    return quotedPrintable(word.replaceAll('_', ' '));
  });
  const encoded = body.join('\r\n\r\n');
  const quoted = /^Content-Transfer-Encoding: quoted-printable/im.test(unfolded);
  return { subject: words, text: (quoted ? quotedPrintable(encoded) : encoded).replaceAll('\r\n', '\n'), raw };
}

function quotedPrintable(text: string): string {
  const bytes = text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex: string) => {
    return String.fromCharCode(Number.parseInt(hex, 16));
  });
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const Body = z.object({ Data: z.string(), Charset: z.literal('UTF-8') });
/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
const SendEmail = z.strictObject({
  FromEmailAddress: z.string(),
  Destination: z.strictObject({ ToAddresses: z.array(z.string()) }),
  Content: z.strictObject({
    Simple: z.strictObject({
      Subject: Body,
      Body: z.strictObject({ Text: Body }),
      Headers: z.array(z.strictObject({ Name: z.string(), Value: z.string() })),
    }),
  }),
});

/** What the real client sends over HTTP, decoded by SES's own rules; moto takes the same command in the second lane, but shows no mail. */
async function openSes(): Promise<Mailbox> {
  const delivered: Delivered[] = [];
  let refusing = false;
  const server = createHttpServer((request, response) => {
    let raw = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (raw += chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      const signed = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256') ?? false;
      if (refusing || !signed || request.method !== 'POST' || request.url !== '/v2/email/outbound-emails') {
        response.writeHead(400, { 'x-amzn-errortype': 'MessageRejected' }).end('{"message":"no"}');
        return;
      }
      const { FromEmailAddress, Destination, Content } = SendEmail.parse(JSON.parse(raw));
      delivered.push({
        from: FromEmailAddress,
        to: Destination.ToAddresses,
        subject: Content.Simple.Subject.Data,
        text: Content.Simple.Body.Text.Data,
        raw: Content.Simple.Headers.map(({ Name, Value }) => `${Name}: ${Value}`).join('\r\n'),
      });
      response.end('{"MessageId":"1"}');
    });
  });
  const endpoint = `http://127.0.0.1:${await listen(server)}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SESv2Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  return {
    delivered,
    notifications: ses({ client, from: FROM }),
    refuse: (now) => (refusing = now),
    close: () => {
      client.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port; // a TCP server's address is never a string
}

describe.each([
  ['smtp', openSmtp],
  ['ses', openSes],
])('mail by %s', (name, open) => {
  let mailbox: Mailbox;
  beforeAll(async () => {
    mailbox = await open();
  });
  afterAll(() => mailbox.close());

  it('delivers the words to one address, and only there', async () => {
    await mailbox.notifications.send(noticeTo('ada@post.example'));
    expect(mailbox.delivered).toHaveLength(1);
    const mail = mailbox.delivered[0]!;
    expect(mail.from).toBe(name === 'smtp' ? 'casebook@hub.example' : FROM);
    expect(mail.to).toEqual(['ada@post.example']);
    expect(mail.subject).toBe('Heap grows ✓ Bcc: everyone@hub.example');
    expect(mail.text.trimEnd()).toBe(
      'The slope is back.\n.\nA dot alone on a line must not end the mail. Größe.\n\nhttps://hub.example/i/worker',
    );
    expect(mail.raw).toMatch(/^Auto-Submitted: auto-generated\r?$/m);
    expect(mail.raw).toMatch(/^X-Casebook-Id: 01h00000000000000aa\r?$/im);
    expect(mail.raw).not.toMatch(/^Bcc:/m);
    if (name === 'smtp') expect(mail.raw).toContain('Message-ID: <01h00000000000000aa@hub.example>');
  });

  it('refuses what is not one address', async () => {
    const before = mailbox.delivered.length;
    for (const address of BAD) {
      await expect(mailbox.notifications.send(noticeTo(address)), address).rejects.toMatchObject({ code: 'bad-input' });
    }
    expect(mailbox.delivered).toHaveLength(before);
  });

  it('throws when the server refuses, and delivers again afterwards', async () => {
    mailbox.refuse(true);
    await expect(mailbox.notifications.send(noticeTo('ada@post.example'))).rejects.toMatchObject({
      code: 'unavailable',
    });
    mailbox.refuse(false);
    await mailbox.notifications.send(noticeTo('ada@post.example'));
    expect(mailbox.delivered.at(-1)?.to).toEqual(['ada@post.example']);
  });
});

describe('smtp', () => {
  it('throws when there is no server, and sends no password without TLS', async () => {
    const nobody = smtp({ url: 'smtp://127.0.0.1:1', from: FROM, timeoutMs: 1000 });
    await expect(nobody.send(noticeTo('ada@post.example'))).rejects.toMatchObject({ code: 'unavailable' });
    const plain = createServer((socket) => {
      socket.on('error', () => undefined).write('220 test\r\n');
      socket.on('data', (chunk) => {
        if (/AUTH/i.test(chunk.toString())) sent.push(chunk.toString());
        socket.write('250-test\r\n250 AUTH PLAIN LOGIN\r\n');
      });
    });
    const sent: string[] = [];
    const url = `smtp://ada:secret@127.0.0.1:${await listen(plain)}`;
    const sending = smtp({ url, from: FROM, timeoutMs: 1000 }).send(noticeTo('ada@post.example'));
    await expect(sending).rejects.toMatchObject({ code: 'unavailable' });
    expect(sent).toEqual([]);
    await new Promise((resolve) => plain.close(resolve));
    expect(() => smtp({ url: 'https://mail.example', from: FROM })).toThrow('smtp://');
  });
});

describe('channels', () => {
  it('picks by kind, and says when mail is not configured', async () => {
    const sent: string[] = [];
    const recorder = (channel: string): Notifications => ({
      send: (notification) => Promise.resolve(void sent.push(`${channel}:${notification.to.kind}`)),
    });
    const hook: Notification = {
      ...noticeTo('ada@post.example'),
      to: { kind: 'webhook', url: 'https://x.example', secret: 's' },
    };
    const both = channels({ webhook: recorder('a'), mail: recorder('b') });
    await both.send(hook);
    await both.send(noticeTo('ada@post.example'));
    expect(sent).toEqual(['a:webhook', 'b:mail']);
    await expect(channels({ webhook: recorder('a') }).send(noticeTo('x@y.example'))).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});

describe.skipIf(!secondLane)('ses on moto', () => {
  it('is taken from a verified sender, and only from one', { timeout: 60_000 }, async () => {
    const server = await startMoto();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new SESv2Client({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    try {
      await client.send(new CreateEmailIdentityCommand({ EmailIdentity: 'hub.example' }));
      await ses({ client, from: FROM }).send(noticeTo('ada@post.example'));
      const stranger = ses({ client, from: 'stranger@elsewhere.example' });
      await expect(stranger.send(noticeTo('ada@post.example'))).rejects.toMatchObject({ code: 'unavailable' });
    } finally {
      client.destroy();
      await server.stop();
    }
  });
});
