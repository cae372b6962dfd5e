import { AppError } from '../../model/error.ts';
import type { RecordKey } from './records.ts';

/** DynamoDB's limits for a sort key; a partition key could have 2,048 bytes, which nothing needs. */
const MAX_KEY_BYTES = 1024;
/** On DynamoDB counters lie in the same table, in partitions of their own that no record can name. */
export const COUNTER_MARK = '~';

/**
 * A lone surrogate has no UTF-8, so a store would silently write another key; NUL ends a string in some of SQLite's tools.
 * Both adapters refuse the same keys.
 */
export function checkKey({ partition, sort }: RecordKey): void {
  checkPart('partition', partition);
  checkPart('sort', sort);
  if (sort === '') throw new AppError('bad-input', 'the sort key of a record is empty: give it at least one character');
}

export function checkPartition(partition: string): void {
  checkPart('partition', partition);
}

export function checkPrefix(prefix: string): void {
  checkPart('prefix', prefix);
}

function checkPart(name: 'partition' | 'sort' | 'prefix', value: string): void {
  if (Buffer.byteLength(value) > MAX_KEY_BYTES)
    throw new AppError('bad-input', `the ${name} of a record key has more than ${MAX_KEY_BYTES} bytes: shorten it`);
  if (!value.isWellFormed() || value.includes('\0'))
    throw new AppError('bad-input', `the ${name} of a record key holds NUL or half a surrogate pair: remove it`);
  if (name === 'partition' && (value === '' || value.startsWith(COUNTER_MARK)))
    throw new AppError('bad-input', `a partition must not be empty and must not start with ${COUNTER_MARK}`);
}

/**
 * The smallest string above every string with this prefix, undefined when there is none. The byte order of UTF-8 is the
 * order of code points, so the last code point that can grow does, and what follows it is dropped.
 */
export function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10_ff_ff) continue;
    const next = last + 1 === 0xd8_00 ? 0xe0_00 : last + 1;
    // One by one: spreading a long list overflows the stack.
    return points.map((point) => String.fromCodePoint(point)).join('') + String.fromCodePoint(next);
  }
  return undefined;
}
