import { AppError } from '../../model/error.ts';
import type { Notifications } from './notifications.ts';

/** Each notification by the channel of its kind; mail is absent where no server for it is configured. */
export function channels({ webhook, mail }: { webhook: Notifications; mail?: Notifications }): Notifications {
  return {
    send: async (notification) => {
      const channel = notification.to.kind === 'webhook' ? webhook : mail;
      if (!channel) throw new AppError('unavailable', 'This hub sends no mail: no mail server is configured.');
      await channel.send(notification);
    },
  };
}
