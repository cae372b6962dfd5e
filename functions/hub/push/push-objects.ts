import { framesOf, HEADER_BYTES, MAGIC, writeHeader } from '../../analysis/formats/push-log/frame.ts';
import { newId } from '../../model/id.ts';
import type { ObjectInfo, Objects } from '../../platform/objects/objects.ts';
import type { Deps } from '../deps.ts';
import { pushPrefix } from '../keys.ts';
import type { Push } from './read-push.ts';
import { SeriesCollector } from './series-collector.ts';

/** With more than this before it, a compaction rests less: one that is slower than the pushes never ends. */
const MUCH_BYTES = 32_000_000;
const HURRIED_REST = 0.25;
const ID_LENGTH = 19;

/** One immutable object of one or more pushes; durable when this resolves. */
export async function putSegment(deps: Deps, slug: string, id: string, pushes: readonly Push[]): Promise<string> {
  const pieces: Uint8Array[] = [MAGIC];
  for (const { type, identity, body } of pushes) pieces.push(writeHeader(type, identity, body.length), body);
  return putLog(deps, slug, id, newId(deps.now(), deps.random(10)), pieces);
}

export async function listSegments(objects: Objects, slug: string, id: string): Promise<ObjectInfo[]> {
  const found: ObjectInfo[] = [];
  let cursor: string | undefined;
  do {
    const page = await objects.list(pushPrefix(slug, id), { cursor });
    found.push(...page.objects);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

export interface Joined {
  readonly info: ObjectInfo;
  /** There was more than one compaction takes: what is left waits for the next. */
  readonly more: boolean;
}

/**
 * Compaction: many segments become one, in which each series has its labels once, then they go. Nothing is ever overwritten, and a segment goes only when what it held is
 * in an object that is there: a crash, or two compactions at once, leave pushes twice, never not at all, and equal
 * pushes count once. Undefined where there is none.
 */
export async function joinSegments(deps: Deps, slug: string, id: string): Promise<Joined | undefined> {
  const segments = await listSegments(deps.evidence, slug, id);
  const [first] = segments;
  if (!first) return undefined;
  const taken = segmentsToJoin(segments, deps.config.pushJoinBytes);
  const more = taken.length < segments.length;
  if (taken.length === 1) return { info: first, more };
  const pieces: Uint8Array[] = [MAGIC];
  const seen = new Set<string>();
  const collector = new SeriesCollector(pieces, seen, restFor(segments));
  for (const { key } of taken) {
    const log = await deps.evidence.read(key);
    let read = MAGIC.length;
    for (const { frame, start, end } of framesOf(log)) {
      read = end;
      if (seen.has(frame.identity)) continue;
      seen.add(frame.identity);
      const body = log.subarray(start + HEADER_BYTES, end);
      if (!(await collector.takes(frame, body))) pieces.push(log.subarray(start, end));
    }
    if (read !== log.length) throw new Error(`the segment ${key} is damaged at byte ${read}: it is left as it is`);
  }
  await collector.flush('series');
  // Sorts where the first of them did: what arrived meanwhile stays behind it.
  const prefix = pushPrefix(slug, id);
  const name = first.key.slice(prefix.length, prefix.length + ID_LENGTH);
  const key = await putLog(deps, slug, id, `${name}-${newId(deps.now(), deps.random(10))}`, pieces);
  for (const segment of taken) await deps.evidence.delete(segment.key);
  const info = await deps.evidence.head(key);
  return info && { info, more };
}

/** The first, which is what was compacted before, and as many others as one compaction takes: one of them at the least, or it would never get on. */
export function segmentsToJoin<S extends { readonly sizeBytes: number }>(segments: readonly S[], most: number): S[] {
  let bytes = 0;
  return segments.filter((segment, i) => i === 0 || (bytes += segment.sizeBytes) <= most || i === 1);
}

/** So many times as long as it works, a compaction leaves the door to others. */
export function restFor(segments: readonly { readonly sizeBytes: number }[]): number {
  const waitingBytes = segments.slice(1).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return waitingBytes > MUCH_BYTES ? HURRIED_REST : 1;
}

async function putLog(
  deps: Deps,
  slug: string,
  id: string,
  name: string,
  pieces: readonly Uint8Array[],
): Promise<string> {
  const key = `${pushPrefix(slug, id)}${name}`;
  await deps.evidence.put(key, Buffer.concat(pieces), { contentType: 'application/octet-stream', ifAbsent: true });
  return key;
}

/** The page may still be made from the analysis before: older ones go. */
const KEPT_ANALYSES_MS = 600_000;

export async function pruneAnalyses(deps: Deps, slug: string, id: string, newest: string): Promise<void> {
  const { objects } = await deps.evidence.list(`analysis/${slug}/${id}/`);
  for (const { key, modifiedAtMs } of objects) {
    if (key !== newest && modifiedAtMs < deps.now() - KEPT_ANALYSES_MS) await deps.evidence.delete(key);
  }
}
