import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { AppError } from '../../model/error.ts';
import { mailOf } from './mail.ts';
import type { Notifications } from './notifications.ts';

export interface SesOptions {
  readonly client: SESv2Client;
  /** Verified in SES. */
  readonly from: string;
  readonly configurationSet?: string;
}

/** Mail through Amazon SES. Throws `bad-input` for a wrong address, `unavailable` for a failed try. */
export function ses({ client, from, configurationSet }: SesOptions): Notifications {
  return {
    async send(notification) {
      const { to, subject, text, id } = mailOf(notification);
      const Headers = [
        { Name: 'Auto-Submitted', Value: 'auto-generated' },
        { Name: 'X-Casebook-Id', Value: id },
      ];
      const command = new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: {
          Simple: {
            Subject: { Data: subject, Charset: 'UTF-8' },
            Body: { Text: { Data: text, Charset: 'UTF-8' } },
            Headers,
          },
        },
        ConfigurationSetName: configurationSet,
      });
      await client.send(command).catch((cause: unknown) => {
        throw new AppError('unavailable', 'Amazon SES did not take the mail.', { cause });
      });
    },
  };
}
