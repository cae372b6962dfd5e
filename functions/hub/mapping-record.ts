import { Mapping } from '../model/mapping.ts';
import type { Deps } from './deps.ts';
import { nounKey } from './keys.ts';
import { hashSecret } from './secrets.ts';
import { parseStored, type StoredKind } from './stored.ts';

/** One record an investigation: an analysis reads all of it, and one write changes it whole. */
export const mappingKind = (deps: Pick<Deps, 'config' | 'now'>, slug: string): StoredKind<typeof Mapping> => ({
  key: nounKey(slug, 'mapping', 'series'),
  slug,
  schema: Mapping,
  what: `mapping of series in ${slug}`,
  // Whoever changes it sends the evidence to be analysed; sweep does it for one that died before.
  dueAtMs: ({ settled }) => (settled ? undefined : deps.now() + deps.config.sweepEveryMs),
});

export async function getMapping(deps: Pick<Deps, 'records' | 'config' | 'now'>, slug: string): Promise<Mapping> {
  const stored = await deps.records.get(mappingKind(deps, slug).key);
  return stored ? parseStored(Mapping, stored) : { slug, series: [], settled: true, version: 0 };
}

/** Equal for mappings that say the same; empty where nothing is said. An analysis is stored under it. */
export function mappingStamp({ series }: Pick<Mapping, 'series'>): string {
  if (series.length === 0) return '';
  const said = series.map(({ metric, labels, role, unit }) =>
    JSON.stringify([metric, Object.entries(labels).sort(), role, unit]),
  );
  return hashSecret(said.sort().join('\n')).slice(0, 16);
}
