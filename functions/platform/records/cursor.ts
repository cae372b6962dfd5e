import { z } from 'zod';
import { AppError } from '../../model/error.ts';

/**
 * Where a page ended: the key of its last record, so that records written or deleted in between never shift a page. A
 * cursor comes back from strangers: it is parsed, and it never carries the partition, which the query names itself.
 */
const QueryCursor = z.tuple([z.string().min(1).max(1024)]);
const DueCursor = z.tuple([z.number().int().min(0), z.string().min(1).max(1024), z.string().min(1).max(1024)]);
const MAX_CURSOR_LENGTH = 8192;

export function queryCursor(sort: string): string {
  return encode([sort]);
}

export function readQueryCursor(cursor: string | undefined, prefix: string): string | undefined {
  if (cursor === undefined) return undefined;
  const [sort] = decode(QueryCursor, cursor);
  if (!sort.startsWith(prefix) || !sort.isWellFormed() || sort.includes('\0')) throw unreadable();
  return sort;
}

export interface DuePosition {
  readonly dueAtMs: number;
  readonly partition: string;
  readonly sort: string;
}

export function dueCursor({ dueAtMs, partition, sort }: DuePosition): string {
  return encode([dueAtMs, partition, sort]);
}

export function readDueCursor(cursor: string | undefined): DuePosition | undefined {
  if (cursor === undefined) return undefined;
  const [dueAtMs, partition, sort] = decode(DueCursor, cursor);
  return { dueAtMs, partition, sort };
}

export function pageLimit(limit = 100): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new AppError('bad-input', `a page has 1 to 1000 records, not ${limit}`);
  return limit;
}

function encode(position: unknown[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function decode<T>(schema: z.ZodType<T>, cursor: string): T {
  if (cursor.length > MAX_CURSOR_LENGTH) throw unreadable();
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw unreadable(cause);
  }
}

function unreadable(cause?: unknown): AppError {
  return new AppError('bad-input', 'the cursor is not one of this query: start again without it', { cause });
}
