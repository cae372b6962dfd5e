import type { ReceiptKey } from '../calls/receipt-address.ts';
import { storedList, type StoredList } from '../form/stored.ts';

/** An upload that was begun here and not finished. A page cannot keep a file, so the person drops it again. */
export interface PendingUpload extends ReceiptKey {
  readonly name: string;
  readonly sizeBytes: number;
  readonly lastModifiedMs: number;
  readonly mark: string;
  readonly begunAtMs: number;
}

const MAX_PENDING = 50;

export function pendingUploads(storage?: Pick<Storage, 'getItem' | 'setItem'>): StoredList<PendingUpload> {
  return storedList('casebook.uploads', parsePending, MAX_PENDING, ...(storage ? [storage] : []));
}

function parsePending(item: Record<string, unknown>): PendingUpload | undefined {
  const { slug, id, secret, name, sizeBytes, lastModifiedMs, mark, begunAtMs } = item;
  const words = [slug, id, secret, name, mark].every((value) => typeof value === 'string');
  const numbers = [sizeBytes, lastModifiedMs, begunAtMs].every((value) => typeof value === 'number');
  // Checked just above, field by field.
  return words && numbers ? (item as unknown as PendingUpload) : undefined;
}

export function rememberUpload(list: StoredList<PendingUpload>, upload: PendingUpload): void {
  list.write([...list.read().filter((pending) => pending.id !== upload.id), upload]);
}

export function forgetUpload(list: StoredList<PendingUpload>, id: string): void {
  list.write(list.read().filter((pending) => pending.id !== id));
}

export type Match =
  | { readonly kind: 'none' }
  | { readonly kind: 'same'; readonly pending: PendingUpload }
  /** The name is that of an interrupted upload and the bytes are not. */
  | { readonly kind: 'other'; readonly pending: PendingUpload; readonly differs: 'size' | 'content' };

/** Which interrupted upload a file continues. The bytes decide; a renamed file is still the same file. */
export function matchPending(
  pending: readonly PendingUpload[],
  file: { readonly name: string; readonly size: number },
  mark: string,
): Match {
  const same = pending.find((upload) => upload.mark === mark && upload.sizeBytes === file.size);
  if (same) return { kind: 'same', pending: same };
  const named = pending.find((upload) => upload.name === file.name);
  if (!named) return { kind: 'none' };
  return { kind: 'other', pending: named, differs: named.sizeBytes === file.size ? 'content' : 'size' };
}
