import type { Deps } from '../deps.ts';
import { reserveGrowth } from '../held-bytes.ts';
import { countTokenBytes } from '../limits.ts';
import { noteTokenUse, type Cluster } from '../tokens.ts';

/**
 * Counting each push would cost two durable writes beside the one that keeps it. A process takes from the limits in advance and
 * spends that; what a crash leaves unspent is given back when the evidence is compacted.
 */
const ADVANCE_BYTES = 4_000_000;

export interface Account {
  id: string;
  leftBytes: number;
  /** What the evidence held after the last advance: what lies there, and what was reserved since its last compaction. */
  heldBytes: number;
  /** Not yet noted beside the token. */
  usedBytes: number;
}

export const openAccount = (): Account => ({ id: '', leftBytes: 0, heldBytes: 0, usedBytes: 0 });

/** Throws `rate-limited` beyond the limit of the token, `too-large` beyond that of the investigation. */
export async function takeFrom(
  deps: Deps,
  cluster: Cluster,
  account: Account,
  id: string,
  bytes: number,
): Promise<void> {
  const { slug, tokenId } = cluster;
  if (account.id !== id) Object.assign(account, { id, leftBytes: 0, heldBytes: 0 });
  if (account.leftBytes < bytes) {
    const { pushBytesPerDay, investigationBytes } = deps.config.limits;
    const some = Math.min(ADVANCE_BYTES, Math.floor(Math.min(pushBytesPerDay, investigationBytes) / 100));
    const advance = Math.max(bytes, some);
    await countTokenBytes(deps, 'pushBytesPerDay', tokenId, advance);
    account.heldBytes = await reserveGrowth(deps, slug, id, advance);
    account.leftBytes += advance;
  }
  account.leftBytes -= bytes;
  account.usedBytes += bytes;
}

/** At most once an analysis, not once a push. */
export async function noteUse(deps: Deps, cluster: Cluster, account: Account): Promise<void> {
  const { usedBytes } = account;
  account.usedBytes = 0;
  await noteTokenUse(deps, cluster.slug, cluster.tokenId, usedBytes);
}
