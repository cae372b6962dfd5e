/** A receipt: who has its secret may see the state of what was sent, and delete it. */
export interface ReceiptKey {
  readonly slug: string;
  readonly id: string;
  readonly secret: string;
}

/** The secret is in the fragment, which no browser sends to a server or in a referrer. */
export function receiptAddress(key: ReceiptKey): string {
  return `/receipt/#${key.slug}.${key.id}.${key.secret}`;
}

/** Reads the fragment of a receipt's address. */
export function readReceiptAddress(fragment: string): ReceiptKey | undefined {
  const match = /^#?([a-z0-9-]{1,64})\.([0-9a-z]{19})\.([A-Za-z0-9_-]{8,200})$/.exec(fragment.trim());
  return match?.[1] && match[2] && match[3] ? { slug: match[1], id: match[2], secret: match[3] } : undefined;
}
