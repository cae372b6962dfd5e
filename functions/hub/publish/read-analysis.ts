import { Analysis } from '../../model/analysis.ts';
import type { Deps } from '../deps.ts';

/**
 * Analyses are immutable and read at every publish: the last ones stay parsed, up to so many bytes of JSON. Of one piece of evidence the newest
 * alone: what grows has another analysis each minute, and nobody asks for the one before.
 */
const KEPT_BYTES = 64_000_000;
interface Kept {
  readonly key: string;
  readonly analysis: Analysis;
  readonly bytes: number;
}
const kept = new WeakMap<Deps['evidence'], Map<string, Kept>>();

/** `undefined` when it is gone or is not an analysis; the evidence is then shown without one. */
export async function readAnalysis(deps: Deps, key: string): Promise<Analysis | undefined> {
  const cache = kept.get(deps.evidence) ?? new Map<string, Kept>();
  kept.set(deps.evidence, cache);
  const piece = key.slice(0, key.lastIndexOf('/'));
  const known = cache.get(piece);
  cache.delete(piece);
  if (known?.key === key) {
    cache.set(piece, known);
    return known.analysis;
  }
  try {
    const bytes = await deps.evidence.read(key);
    const analysis = Analysis.parse(JSON.parse(new TextDecoder().decode(bytes)));
    cache.set(piece, { key, analysis, bytes: bytes.byteLength });
    let held = 0;
    for (const one of cache.values()) held += one.bytes;
    for (const [oldest, one] of cache) {
      if (held <= KEPT_BYTES) break;
      cache.delete(oldest);
      held -= one.bytes;
    }
    return analysis;
  } catch (error) {
    deps.log.error('an analysis could not be read for publishing', error, { key });
    return undefined;
  }
}
