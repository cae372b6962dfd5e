import { z } from 'zod';
import { Analysis } from '../../model/analysis.ts';
import { isAppError } from '../../model/error.ts';
import type { Deps } from '../deps.ts';

/**
 * Analyses are immutable and read at every publish: the last ones stay parsed, up to so many bytes of JSON. Of one piece of evidence the newest
 * alone: what grows has another analysis each minute, and nobody asks for the one before.
 */
const KEPT_BYTES = 64_000_000;
interface Loaded {
  readonly analysis: Analysis;
  /** Of its JSON. */
  readonly bytes: number;
}
const kept = new WeakMap<Deps['evidence'], Map<string, Loaded & { readonly key: string }>>();

/** `undefined` when it cannot be read; the evidence is then shown without one. */
export async function readAnalysis(deps: Deps, key: string): Promise<Analysis | undefined> {
  const cache = kept.get(deps.evidence) ?? new Map<string, Loaded & { readonly key: string }>();
  kept.set(deps.evidence, cache);
  const piece = key.slice(0, key.lastIndexOf('/'));
  const known = cache.get(piece);
  cache.delete(piece);
  if (known?.key === key) {
    cache.set(piece, known);
    return known.analysis;
  }
  const loaded = await loadAnalysis(deps, key).catch((error: unknown) => {
    deps.log.error('an analysis could not be read for publishing', error, { key });
    return undefined;
  });
  if (!loaded) return undefined;
  cache.set(piece, { key, ...loaded });
  let held = 0;
  for (const { bytes } of cache.values()) held += bytes;
  for (const [oldest, { bytes }] of cache) {
    if (held <= KEPT_BYTES) break;
    cache.delete(oldest);
    held -= bytes;
  }
  return loaded.analysis;
}

/** `undefined` when it is gone or is not an analysis, which is logged. Throws where the store does not answer. */
export async function loadAnalysis(deps: Deps, key: string): Promise<Loaded | undefined> {
  try {
    const bytes = await deps.evidence.read(key);
    return { analysis: Analysis.parse(JSON.parse(new TextDecoder().decode(bytes))), bytes: bytes.byteLength };
  } catch (error) {
    const isLost = isAppError(error)
      ? error.code === 'not-found'
      : error instanceof SyntaxError || error instanceof z.ZodError;
    if (!isLost) throw error;
    deps.log.error('an analysis is gone or damaged', error, { key });
    return undefined;
  }
}
