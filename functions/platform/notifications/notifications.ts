/** Words that leave the house. One adapter a channel; a delivery that fails throws and is retried by its caller. */
export interface Notification {
  readonly to:
    | { readonly kind: 'webhook'; readonly url: string; readonly secret: string }
    | { readonly kind: 'mail'; readonly address: string };
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  /** Where to look. */
  readonly url: string;
  /** The same for every try of one notification, so that a receiver can drop repeats. */
  readonly id: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface Notifications {
  send(notification: Notification): Promise<void>;
}
