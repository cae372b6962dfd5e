import type { ReceiptKey } from '../calls/receipt-address.ts';
import { storedList, type StoredList } from '../form/stored.ts';

/** Receipts of what was sent from this browser, so that a closed tab loses nothing. */
export interface KeptReceipt extends ReceiptKey {
  readonly name: string;
  readonly sentAtMs: number;
}

const MAX_KEPT = 200;

export function keptReceipts(storage?: Pick<Storage, 'getItem' | 'setItem'>): StoredList<KeptReceipt> {
  return storedList(
    'casebook.receipts',
    ({ slug, id, secret, name, sentAtMs }) =>
      typeof slug === 'string' &&
      typeof id === 'string' &&
      typeof secret === 'string' &&
      typeof name === 'string' &&
      typeof sentAtMs === 'number'
        ? { slug, id, secret, name, sentAtMs }
        : undefined,
    MAX_KEPT,
    ...(storage ? [storage] : []),
  );
}

export function keepReceipt(list: StoredList<KeptReceipt>, receipt: KeptReceipt): void {
  list.write([...list.read().filter((kept) => kept.id !== receipt.id), receipt]);
}

export function forgetReceipt(list: StoredList<KeptReceipt>, id: string): void {
  list.write(list.read().filter((kept) => kept.id !== id));
}
