import type { Deps } from '../deps.ts';
import { countTokenBytes, releaseBytes, reserveBytes } from '../limits.ts';
import { noteTokenUse, type Cluster } from '../tokens.ts';
import { pushedBytesKey } from './push-evidence.ts';

/**
 * Counting each push would cost three durable writes beside the one that keeps it. A process takes from the limits in advance and
 * spends that; what a crash leaves unspent stays counted until the evidence is deleted or the day is over.
 */
const ADVANCE_BYTES = 1_000_000;

export interface Account {
  id: string;
  leftBytes: number;
  /** Not yet noted beside the token. */
  usedBytes: number;
}

export const openAccount = (): Account => ({ id: '', leftBytes: 0, usedBytes: 0 });

/** Throws `rate-limited` beyond the limit of the token, `too-large` beyond that of the investigation. */
export async function takeFrom(
  deps: Deps,
  cluster: Cluster,
  account: Account,
  id: string,
  bytes: number,
): Promise<void> {
  const { slug, tokenId } = cluster;
  if (account.id !== id) Object.assign(account, { id, leftBytes: 0 });
  if (account.leftBytes < bytes) {
    const most = Math.min(ADVANCE_BYTES, Math.floor(deps.config.limits.tokenBytesPerDay / 100));
    const advance = Math.max(bytes, most);
    await countTokenBytes(deps, tokenId, advance);
    await reserveBytes(deps, slug, advance);
    try {
      await deps.records.add(pushedBytesKey(id), advance);
    } catch (error) {
      await releaseBytes(deps, slug, advance);
      throw error;
    }
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
