import { isAppError } from '../../model/error.ts';
import { Evidence } from '../../model/evidence.ts';
import { Id, newId } from '../../model/id.ts';
import { TimeMs } from '../../model/text.ts';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { changeEvidence, evidenceKind } from '../evidence-record.ts';
import { nounKey, openPushKey } from '../keys.ts';
import { sendJob } from '../receive-object.ts';
import { hashSecret, newSecret } from '../secrets.ts';
import { parseStored, writeStored } from '../stored.ts';
import type { Cluster } from '../tokens.ts';
import type { Account } from './account.ts';

/** Which evidence the pushes of a token go to. */
const Open = z.object({ id: Id, sinceMs: TimeMs, version: z.number().int() });

/** Pushes come every few seconds: the first analysis waits for some of them. */
const FIRST_WAIT_MS = 5000;

/** The evidence that grows by this token's pushes: the one at hand, or a new one when that is full, old or gone. */
export async function openPushEvidence(deps: Deps, cluster: Cluster, account: Account): Promise<string> {
  const { slug, tokenId } = cluster;
  const key = openPushKey(slug, tokenId);
  for (;;) {
    const stored = await deps.records.get(key);
    const open = stored && parseStored(Open, stored);
    if (open && (await isOpen(deps, cluster, account, open))) return open.id;
    const sinceMs = deps.now();
    const id = newId(sinceMs, deps.random(10));
    try {
      // First where to, then what: of two that begin at once one is left, and its evidence is made by whoever comes.
      await deps.records.put({ ...key, body: { id, sinceMs } }, stored?.version ?? 0);
    } catch (error) {
      if (!isAppError(error) || error.code !== 'conflict') throw error;
    }
  }
}

async function isOpen(deps: Deps, cluster: Cluster, account: Account, open: z.infer<typeof Open>): Promise<boolean> {
  const { config } = deps;
  if (deps.now() - open.sinceMs > config.pushEvidenceMs) return false;
  // More waits than one compaction takes: none gets on with it, or none ever ends.
  if (account.id === open.id && account.heldBytes > config.pushEvidenceBytes + config.pushJoinBytes) return false;
  const stored = await deps.records.get(nounKey(cluster.slug, 'evidence', open.id));
  if (!stored) {
    // Deleted for good long after, or never made.
    if (deps.now() - open.sinceMs > config.uploadLifetimeMs) return false;
    await createEvidence(deps, cluster, open);
    return true;
  }
  const { state, rawDeleted, sizeBytes } = parseStored(Evidence, stored);
  return state !== 'deleted' && !rawDeleted && sizeBytes < config.pushEvidenceBytes;
}

async function createEvidence(deps: Deps, cluster: Cluster, { id, sinceMs }: z.infer<typeof Open>): Promise<void> {
  const { slug, label } = cluster;
  const next: Evidence = {
    id,
    slug,
    kind: 'push',
    name: `Pushed by ${label}`.slice(0, 255),
    sizeBytes: 0,
    context: {},
    comment: '',
    state: 'awaiting-upload',
    visibility: 'visible',
    submittedBy: label,
    submittedAtMs: sinceMs,
    // Nobody has it: what a cluster sends is the maintainers' to delete.
    receiptHash: hashSecret(newSecret(deps)),
    uploadExpiresAtMs: sinceMs + deps.config.uploadLifetimeMs,
    attempts: 0,
    findingCount: 0,
    rawDeleted: false,
    version: 0,
  };
  try {
    await writeStored(deps, evidenceKind(deps, slug, id), { next }, 0);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'conflict') throw error;
  }
}

/**
 * After a segment is there: the evidence gets a job (`sent`), unless one waits already. One under way may have missed the
 * segment: it is told to come again. `gone` when the evidence was deleted meanwhile. Usually one read and no write.
 */
export async function markPushed(deps: Deps, slug: string, id: string): Promise<'sent' | 'waits' | 'gone'> {
  let before: Evidence | undefined;
  const { record, changed } = await changeEvidence(deps, slug, id, (current) => {
    before = current;
    if (current.state === 'deleted' || current.rawDeleted || current.state === 'received') return undefined;
    if (current.state === 'analysing')
      return current.morePushed ? undefined : { next: { ...current, morePushed: true } };
    const nowMs = deps.now();
    const next: Evidence = {
      ...current,
      state: 'received',
      receivedAtMs: nowMs,
      rawExpiresAtMs: nowMs + deps.config.rawRetentionMs,
      progress: undefined,
      refusal: undefined,
      attempts: 0,
    };
    const text = 'The first push arrived';
    return current.state === 'awaiting-upload'
      ? { next, event: { kind: 'evidence/received', by: current.submittedBy, subjectId: id, text } }
      : { next };
  });
  if (record.state === 'deleted' || record.rawDeleted) return 'gone';
  if (!changed || record.state !== 'received') return 'waits';
  // A refused one has no time of its last analysis: the whole interval, then.
  await sendJob(
    deps,
    slug,
    id,
    before?.state === 'refused' ? wholeIntervalSeconds(deps) : pushDelaySeconds(deps, record),
  );
  return 'sent';
}

export const wholeIntervalSeconds = ({ config }: Pick<Deps, 'config'>): number =>
  Math.ceil(config.pushAnalyseEveryMs / 1000);

/** Of what an analysis took, it rests at least so much before the next: what arrives while one runs must not make the next one later, or they fall behind for good. */
const LEAST_REST = 0.25;

/** So long until growing evidence may be analysed: counted from where the last one began, as far as that leaves it a rest. */
export function pushDelaySeconds(deps: Pick<Deps, 'config' | 'now'>, evidence: Evidence): number {
  const { pushAnalyseEveryMs } = deps.config;
  const { analysedAtMs, analysisTookMs = 0 } = evidence;
  const nextMs =
    analysedAtMs === undefined
      ? deps.now() + Math.min(FIRST_WAIT_MS, pushAnalyseEveryMs)
      : analysedAtMs + Math.max(pushAnalyseEveryMs - analysisTookMs, LEAST_REST * analysisTookMs);
  return Math.min(900, Math.max(0, Math.ceil((nextMs - deps.now()) / 1000)));
}
