import { z } from 'zod';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { storedRecord } from './body.ts';
import type { RecordKey, StoredRecord } from './records.ts';
import { DUE_SHARD } from './table.ts';

/**
 * A record as an item. The body is one JSON string: no operation looks inside it, JSON comes back exactly as it went in
 * (a map would refuse NaN, sets and nesting beyond 32 levels, and round what it calls numbers), and its size is known.
 */
const Text = z.object({ S: z.string() }).transform(({ S }) => S);
const Whole = z.object({ N: z.string().regex(/^-?\d{1,16}$/) }).transform(({ N }) => Number(N));
const Item = z.object({
  pk: Text,
  sk: Text,
  version: Whole,
  body: Text,
  writeId: Text.optional(),
  dueAtMs: Whole.optional(),
  expiresAtMs: Whole.optional(),
});
const IndexEntry = z.object({ pk: Text, sk: Text, dueAtMs: Whole });

export function itemKey({ partition, sort }: RecordKey): { pk: AttributeValue; sk: AttributeValue } {
  return { pk: { S: partition }, sk: { S: sort } };
}

/** `writeId` tells this write from another's: see `put`. */
export function toItem(record: StoredRecord, json: string, writeId: string): Record<string, AttributeValue> {
  const { dueAtMs, expiresAtMs } = record;
  return {
    ...itemKey(record),
    version: { N: String(record.version) },
    body: { S: json },
    writeId: { S: writeId },
    ...(dueAtMs !== undefined && { dueShard: { S: DUE_SHARD }, dueAtMs: { N: String(dueAtMs) } }),
    ...(expiresAtMs !== undefined && expiryAttributes(expiresAtMs)),
  };
}

/** Rounded up: the store must not drop a record in the second in which it still lives. */
export function expiryAttributes(expiresAtMs: number): { expiresAtMs: AttributeValue; expiresAt: AttributeValue } {
  return { expiresAtMs: { N: String(expiresAtMs) }, expiresAt: { N: String(Math.ceil(expiresAtMs / 1000)) } };
}

export function fromItem(item: unknown): { record: StoredRecord; writeId?: string } {
  const { pk, sk, version, body, writeId, dueAtMs, expiresAtMs } = Item.parse(item);
  return { record: storedRecord({ partition: pk, sort: sk, version, json: body, dueAtMs, expiresAtMs }), writeId };
}

export function fromIndexEntry(item: unknown): { partition: string; sort: string; dueAtMs: number } {
  const { pk, sk, dueAtMs } = IndexEntry.parse(item);
  return { partition: pk, sort: sk, dueAtMs };
}

export function wholeOf(attribute: unknown): number {
  return Whole.parse(attribute);
}
