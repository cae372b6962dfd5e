import { z } from 'zod';
import { AppError, isAppError } from '../model/error.ts';
import { Id } from '../model/id.ts';
import type { Deps } from './deps.ts';
import { counterKey, growingKey } from './keys.ts';
import { parseStored } from './stored.ts';

type AccountDeps = Pick<Deps, 'records' | 'config'>;

/**
 * What each growing piece of evidence of one investigation holds. It shrinks when it is compacted, and a counter cannot be told twice to
 * give back: here the bytes that lie there are set, as often as one likes. At most so many pieces as are kept for 30 days, some 35 bytes each.
 */
const Growing = z.object({ bytesOf: z.record(Id, z.number().int().min(0)), version: z.number().int() });
type BytesOf = z.infer<typeof Growing>['bytesOf'];

/** Conflicts in a row: each one means that somebody else got on. */
const MAX_CONFLICTS = 12;

const uploadedKey = (slug: string) => counterKey('investigationBytes', slug);
const sumOf = (bytesOf: BytesOf): number => Object.values(bytesOf).reduce((sum, bytes) => sum + bytes, 0);

/** All that an investigation holds now, uploads under way included. */
export async function bytesHeld(deps: AccountDeps, slug: string): Promise<number> {
  return (await deps.records.add(uploadedKey(slug), 0)) + sumOf((await readGrowing(deps, slug)).bytesOf);
}

/** Room for an upload. */
export async function reserveBytes(deps: AccountDeps, slug: string, sizeBytes: number): Promise<void> {
  await deps.records.add(uploadedKey(slug), sizeBytes);
  const before = (await bytesHeld(deps, slug)) - sizeBytes;
  if (before + sizeBytes <= deps.config.limits.investigationBytes) return;
  await releaseBytes(deps, slug, sizeBytes);
  throw tooMuch(deps, before, sizeBytes);
}

export async function releaseBytes(deps: AccountDeps, slug: string, sizeBytes: number): Promise<void> {
  await deps.records.add(uploadedKey(slug), -sizeBytes);
}

/** Room for more of a growing piece; answers what it holds with that. */
export async function reserveGrowth(deps: AccountDeps, slug: string, id: string, bytes: number): Promise<number> {
  const uploaded = await deps.records.add(uploadedKey(slug), 0);
  const bytesOf = await changeGrowing(deps, slug, (current) => {
    const before = uploaded + sumOf(current);
    if (before + bytes > deps.config.limits.investigationBytes) throw tooMuch(deps, before, bytes);
    return { ...current, [id]: (current[id] ?? 0) + bytes };
  });
  return bytesOf[id] ?? 0;
}

/**
 * So much lies there: whatever was reserved and never written, or compacted away, is given back. What is being written
 * meanwhile is missing until the next time, and nothing is ever missing for longer. A piece that was dropped stays so.
 */
export async function settleGrowth(deps: AccountDeps, slug: string, id: string, bytes: number): Promise<void> {
  await changeGrowing(deps, slug, (current) =>
    current[id] === undefined || current[id] === bytes ? undefined : { ...current, [id]: bytes },
  );
}

export async function dropGrowth(deps: AccountDeps, slug: string, id: string): Promise<void> {
  await changeGrowing(deps, slug, ({ [id]: held, ...others }) => (held === undefined ? undefined : others));
}

async function readGrowing({ records }: AccountDeps, slug: string): Promise<z.infer<typeof Growing>> {
  const stored = await records.get(growingKey(slug));
  return stored ? parseStored(Growing, stored) : { bytesOf: {}, version: 0 };
}

async function changeGrowing(
  deps: AccountDeps,
  slug: string,
  change: (current: BytesOf) => BytesOf | undefined,
): Promise<BytesOf> {
  for (let conflicts = 0; ; conflicts++) {
    const { bytesOf, version } = await readGrowing(deps, slug);
    const next = change(bytesOf);
    if (!next) return bytesOf;
    try {
      await deps.records.put({ ...growingKey(slug), body: { bytesOf: next } }, version);
      return next;
    } catch (error) {
      if (!isAppError(error) || error.code !== 'conflict' || conflicts >= MAX_CONFLICTS) throw error;
    }
  }
}

function tooMuch({ config }: AccountDeps, heldBytes: number, moreBytes: number): AppError {
  const most = config.limits.investigationBytes;
  return new AppError(
    'too-large',
    `this investigation holds ${heldBytes} bytes; ${moreBytes} more are beyond the limit investigationBytes (${most}): ask a maintainer to delete raw evidence, or send only a report`,
    { data: { limit: 'investigationBytes', value: most } },
  );
}
