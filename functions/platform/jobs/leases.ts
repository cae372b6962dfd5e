/**
 * What this process still holds. SQS documents that an old receipt no longer deletes, but not that it no longer extends:
 * a worker that slept through its lease could push back a message that another has by now. So its own clock fences it too.
 * A long poll does not say when the lease began, so the first one counts from the answer: late by the way of the answer.
 */
export interface Leases {
  start(receipt: string, endMs: number): void;
  /** True only for a lease that was started here and is over; of others the queue decides. */
  isOver(receipt: string): boolean;
  forget(receipt: string): void;
}

/** More than any process holds at once; the oldest go first, and then the queue decides alone. */
const MAX_LEASES = 10_000;

export function leasesOf(now: () => number): Leases {
  const ends = new Map<string, number>();
  return {
    start(receipt, endMs) {
      ends.delete(receipt);
      ends.set(receipt, endMs);
      for (const oldest of ends.keys()) {
        if (ends.size <= MAX_LEASES) break;
        ends.delete(oldest);
      }
    },
    isOver: (receipt) => (ends.get(receipt) ?? Infinity) <= now(),
    forget: (receipt) => void ends.delete(receipt),
  };
}
