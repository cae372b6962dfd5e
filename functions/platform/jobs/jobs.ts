/** A queue with the semantics of SQS: at least once, visibility timeout, attempts, dead letters. */
export interface Message {
  readonly id: string;
  readonly body: string;
  /** 1 for the first delivery. */
  readonly attempts: number;
  /** Names this delivery; void for `extend` once the visibility timeout has passed, for `done` once somebody else received it. */
  readonly receipt: string;
}

export interface Jobs {
  /** Durable before it answers. At most 262,144 bytes of text without control characters (as JSON has); delays of 0..900 s. */
  send(body: string, options?: { delaySeconds?: number }): Promise<void>;
  /** At most 10; hidden from others for `visibilitySeconds`. Waits up to `waitSeconds` for the first. */
  receive(options: {
    max?: number;
    visibilitySeconds: number;
    waitSeconds?: number;
    signal?: AbortSignal;
  }): Promise<Message[]>;
  /** The heartbeat: hidden for so many seconds from now. Throws AppError `gone` when the delivery is void. */
  extend(receipt: string, visibilitySeconds: number): Promise<void>;
  /** Deletes the message; fine when it is gone already, and does nothing when another delivery has it by now. */
  done(receipt: string): Promise<void>;
  /** Messages received `maxAttempts` times without `done`, to look at: their receipts are empty. */
  deadLetters(limit: number): Promise<Message[]>;
  /** Moves dead letters back, with attempts at 0; answers how many. */
  redrive(): Promise<number>;
}
