import { createTransport } from 'nodemailer';
import { AppError } from '../../model/error.ts';
import { mailOf } from './mail.ts';
import type { Notifications } from './notifications.ts';

export interface SmtpOptions {
  /**
   * `smtps://user:password@mail.example.org:465`, or `smtp://…:587`: then STARTTLS where the server offers it, and always
   * before a password is sent.
   */
  readonly url: string;
  /** `Casebook <casebook@example.org>`. */
  readonly from: string;
  readonly timeoutMs?: number;
}

/** Mail through any SMTP server, one connection a mail. Throws `bad-input` for a wrong address, `unavailable` for a failed try. */
export function smtp({ url, from, timeoutMs = 20_000 }: SmtpOptions): Notifications {
  const server = parseServer(url);
  const transport = createTransport({
    ...server,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    // Attachments by path or URL are never ours.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(notification) {
      const { to, subject, text, id } = mailOf(notification);
      const headers = { 'Auto-Submitted': 'auto-generated', 'X-Casebook-Id': id };
      const messageId = `<${id}@${/@([\w.-]+)/.exec(from)?.[1] ?? server.host}>`;
      try {
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text, messageId, headers });
      } catch (cause) {
        throw new AppError('unavailable', `The mail server ${server.host} did not take the mail.`, { cause });
      }
    },
  };
}

function parseServer(text: string) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '') {
    throw new AppError('bad-input', 'The mail server is given as smtp://… or smtps://user:password@host:465.');
  }
  const secure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    ...(user === '' ? {} : { requireTLS: !secure, auth: { user, pass: decodeURIComponent(url.password) } }),
  };
}
