import type { z } from 'zod';
import { AppError, isAppError } from '../model/error.ts';
import type { RecordKey, Records, StoredRecord } from '../platform/records/records.ts';
import type { Deps } from './deps.ts';
import { appendEvent, makeEvent, type EventDraft } from './record-event.ts';

/** A stored document is parsed where it is read: an older or a damaged one fails here, by name, and nowhere else. */
export function parseStored<S extends z.ZodType>(schema: S, record: StoredRecord): z.infer<S> {
  const parsed = schema.safeParse({ ...record.body, version: record.version });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = `${record.partition}/${record.sort}.${issue?.path.join('.') ?? ''}`;
  throw new Error(`the stored record ${where} is not what its schema says: ${issue?.message ?? 'unknown'}`);
}

export async function getStored<S extends z.ZodType>(
  records: Records,
  key: RecordKey,
  schema: S,
  what: string,
): Promise<z.infer<S>> {
  const record = await records.get(key);
  if (!record) throw new AppError('not-found', `there is no ${what}`);
  return parseStored(schema, record);
}

/** Every record under a prefix, oldest first; or, with `newest`, the newest so many, newest first. */
export async function listStored<S extends z.ZodType>(
  records: Records,
  partition: string,
  prefix: string,
  schema: S,
  options: { newest?: number } = {},
): Promise<z.infer<S>[]> {
  const found: z.infer<S>[] = [];
  const most = options.newest ?? Infinity;
  let cursor: string | undefined;
  do {
    const limit = Math.min(1000, most - found.length);
    const page = await records.query(partition, prefix, { limit, cursor, reverse: options.newest !== undefined });
    for (const record of page.records) found.push(parseStored(schema, record));
    cursor = page.cursor;
  } while (cursor !== undefined && found.length < most);
  return found;
}

/** What a decision makes of a record. Without an event it is a quiet change, unless it says that it is to be published. */
export interface Decision<T> {
  readonly next: T;
  readonly event?: EventDraft;
  readonly publish?: true;
}

export interface StoredKind<S extends z.ZodType> {
  readonly key: RecordKey;
  readonly slug: string;
  readonly schema: S;
  readonly what: string;
  readonly dueAtMs?: (next: z.infer<S>) => number | undefined;
}

/** Conflicts in a row before a change gives up: each one means that somebody else got on. */
const MAX_CONFLICTS = 12;

/**
 * One conditional write: reads, decides, writes if nobody else did meanwhile, else reads and decides again. `decide`
 * answers undefined to change nothing. The event travels inside the record, so a crash before it is appended is
 * repaired by whoever consumes the change.
 */
export async function changeStored<S extends z.ZodType<{ version: number }>>(
  deps: Pick<Deps, 'records' | 'now' | 'random'>,
  kind: StoredKind<S>,
  decide: (current: z.infer<S>) => Decision<z.infer<S>> | undefined,
): Promise<{ record: z.infer<S>; changed: boolean }> {
  for (let conflicts = 0; ; conflicts++) {
    const stored = await deps.records.get(kind.key);
    if (!stored) throw new AppError('not-found', `there is no ${kind.what}`);
    const current = parseStored(kind.schema, stored);
    const decision = decide(current);
    if (!decision) return { record: current, changed: false };
    try {
      const record = await writeStored(deps, kind, decision, stored.version);
      return { record, changed: true };
    } catch (error) {
      if (!isAppError(error) || error.code !== 'conflict' || conflicts >= MAX_CONFLICTS) throw error;
    }
  }
}

/** Writes over `expectedVersion` (0: a new record) and appends the event. */
export async function writeStored<S extends z.ZodType<{ version: number }>>(
  deps: Pick<Deps, 'records' | 'now' | 'random'>,
  kind: StoredKind<S>,
  decision: Decision<z.infer<S>>,
  expectedVersion: number,
): Promise<z.infer<S>> {
  const next = { ...decision.next, version: expectedVersion + 1 };
  const event = decision.event && makeEvent(deps, kind.slug, decision.event);
  const written = await deps.records.put(
    {
      ...kind.key,
      body: event ? { ...next, lastEvent: event } : decision.publish ? { ...next } : { ...next, quiet: true },
      dueAtMs: kind.dueAtMs?.(next),
    },
    expectedVersion,
  );
  if (event) await appendEvent(deps.records, event);
  return parseStored(kind.schema, written);
}

/** For what a person edits: the version they read must be the one that is there. */
export function requireVersion(
  current: { version: number },
  read: number,
  what: string,
  shown: unknown = current,
): void {
  if (current.version === read) return;
  throw new AppError(
    'conflict',
    `somebody else changed ${what}: you read version ${read}, it is at ${current.version}; look at data.current and send your change again with its version`,
    { data: { current: shown } },
  );
}
