import { AppError } from '../../model/error.ts';
import { checkKey } from './key.ts';
import type { Body, PutRecord, StoredRecord } from './records.ts';

/** DynamoDB stops at 400 kB an item with its keys and attributes; both adapters stop here. */
export const MAX_BODY_BYTES = 350_000;

/** Checks a record to be written and answers its JSON: what the store keeps, byte for byte, in both adapters. */
export function encodeRecord(record: PutRecord, expectedVersion: number): string {
  checkKey(record);
  checkVersion(expectedVersion);
  checkTime('dueAtMs', record.dueAtMs);
  checkTime('expiresAtMs', record.expiresAtMs);
  const json = JSON.stringify(record.body);
  const sizeBytes = Buffer.byteLength(json);
  if (sizeBytes > MAX_BODY_BYTES)
    throw new AppError(
      'too-large',
      `record ${record.partition} / ${record.sort} has ${sizeBytes} bytes of JSON and may have ${MAX_BODY_BYTES}: keep large parts in objects`,
      { data: { limit: 'recordBytes', limitBytes: MAX_BODY_BYTES, sizeBytes } },
    );
  return json;
}

export function parseBody(json: string): Body {
  const body: unknown = JSON.parse(json);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Error('a stored body is no object');
  return body as Body; // the check above; JSON's objects have string keys
}

export function checkVersion(version: number): void {
  if (!Number.isSafeInteger(version) || version < 0)
    throw new AppError('bad-input', `a record's version is a whole number from 0, not ${version}`);
}

export function checkTime(name: string, value: number | undefined): void {
  if (value !== undefined && (!Number.isSafeInteger(value) || value < 0))
    throw new AppError('bad-input', `${name} is milliseconds since the epoch, a whole number from 0, not ${value}`);
}

export function checkAmount(amount: number): void {
  if (!Number.isSafeInteger(amount)) throw new AppError('bad-input', `a counter takes whole numbers, not ${amount}`);
}

/** The same shape from every adapter: optional fields are absent, not undefined. */
export function storedRecord(fields: {
  partition: string;
  sort: string;
  version: number;
  json: string;
  dueAtMs: number | null | undefined;
  expiresAtMs: number | null | undefined;
}): StoredRecord {
  const { partition, sort, version, json, dueAtMs, expiresAtMs } = fields;
  return {
    partition,
    sort,
    version,
    body: parseBody(json),
    ...(dueAtMs != null && { dueAtMs }),
    ...(expiresAtMs != null && { expiresAtMs }),
  };
}

export function conflict(key: { partition: string; sort: string }, expected: number, current: StoredRecord | null) {
  const found = current === null ? 'there is none' : `it has version ${current.version}`;
  return new AppError(
    'conflict',
    `record ${key.partition} / ${key.sort} was expected at version ${expected}, but ${found}: read it again and repeat the change`,
    { data: { current } },
  );
}
