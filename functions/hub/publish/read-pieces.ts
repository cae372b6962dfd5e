import { z } from 'zod';
import { analysePieces, joinPieces, type JoinedPieces, NO_PIECES } from '../../analysis/casework/join-pieces.ts';
import { type Analysis, Series } from '../../model/analysis.ts';
import { isAppError } from '../../model/error.ts';
import type { Evidence } from '../../model/evidence.ts';
import { packColumn, unpackColumn } from '../../model/pack-column.ts';
import { PackedColumn } from '../../model/packed-column.ts';
import type { SeriesMapping } from '../../model/mapping.ts';
import type { Deps } from '../deps.ts';
import { joinedKey } from '../keys.ts';
import { loadAnalysis, readAnalysis } from './read-analysis.ts';

/** What is kept of pieces that grow no more: a change reads this and the newest piece, however many there are. */
const Kept = z.object({
  of: z.array(z.object({ id: z.string(), analysisKey: z.string() })),
  stepMs: z.number(),
  series: z.array(Series.omit({ timesMs: true, values: true }).extend({ times: PackedColumn, values: PackedColumn })),
});
interface Earlier {
  /** Oldest first. */
  readonly of: z.infer<typeof Kept>['of'];
  readonly joined: JoinedPieces;
}
const NOTHING: Earlier = { of: [], joined: NO_PIECES };

/** Where many are joined anew, and broken off, the next change goes on from there. */
const JOINED_AT_ONCE = 8;

export type AnalysedRecord = Evidence & { readonly analysisKey: string };

/** Everything that one cluster pushed as one Analysis; `pieces` are those that everybody may see and that were analysed, oldest first. */
export async function readPieces(
  deps: Deps,
  pieces: readonly AnalysedRecord[],
  mapping: readonly SeriesMapping[],
): Promise<Analysis | undefined> {
  const newest = pieces.at(-1);
  if (newest === undefined) return undefined;
  if (pieces.length === 1) return readAnalysis(deps, newest.analysisKey);
  const earlier = await earlierOf(deps, pieces.slice(0, -1));
  const analyses: Analysis[] = [];
  for (const { analysisKey } of pieces.slice(earlier.of.length)) {
    const analysis = await readAnalysis(deps, analysisKey);
    if (analysis) analyses.push(analysis);
  }
  const { samples } = joinPieces(earlier.joined, analyses);
  const { format = '', analyserVersion: version = 0, context } = newest;
  return analysePieces(samples, { format, version, context }, mapping);
}

/** What is kept, made anew where it is not of these pieces, and longer by those that are settled since. */
async function earlierOf(deps: Deps, older: readonly AnalysedRecord[]): Promise<Earlier> {
  const [first] = older;
  if (first === undefined) return NOTHING;
  const key = joinedKey(first.slug, first.submittedBy);
  let earlier = await readKept(deps, key);
  if (!stands(earlier, older)) earlier = NOTHING;
  const moving = older.findIndex(isMoving);
  const settled = older.slice(0, moving < 0 ? older.length : moving);
  while (earlier.of.length < settled.length) {
    const next = settled.slice(earlier.of.length, earlier.of.length + JOINED_AT_ONCE);
    const analyses: Analysis[] = [];
    for (const { analysisKey } of next) {
      const loaded = await loadAnalysis(deps, analysisKey);
      if (loaded) analyses.push(loaded.analysis);
    }
    const of = [...earlier.of, ...next.map(({ id, analysisKey }) => ({ id, analysisKey }))];
    earlier = { of, joined: joinPieces(earlier.joined, analyses) };
    await keep(deps, key, earlier);
  }
  return earlier;
}

/** It will be analysed once more: what its last segments add, a mapping, a newer analyser. */
const isMoving = ({ state }: Evidence): boolean => state === 'received' || state === 'analysing';

/** Of a piece that is gone or hidden nothing stays. One that was analysed again counts once all were: else each of them would have everything read anew. */
function stands({ of }: Earlier, older: readonly AnalysedRecord[]): boolean {
  if (of.some(({ id }, i) => older[i]?.id !== id)) return false;
  return older.some(isMoving) || of.every(({ analysisKey }, i) => older[i]?.analysisKey === analysisKey);
}

async function readKept(deps: Deps, key: string): Promise<Earlier> {
  try {
    const { of, stepMs, series } = Kept.parse(JSON.parse(new TextDecoder().decode(await deps.evidence.read(key))));
    const unpacked = series.map(({ times, values, ...said }) => ({
      ...said,
      timesMs: unpackColumn(times),
      values: unpackColumn(values),
    }));
    return { of, joined: { stepMs, samples: { series: unpacked } } };
  } catch (error) {
    // It can be made again of what it was made of.
    if (!isAppError(error) || error.code !== 'not-found')
      deps.log.error('joined pieces could not be read', error, { key });
    return NOTHING;
  }
}

async function keep(deps: Deps, key: string, { of, joined }: Earlier): Promise<void> {
  const series = joined.samples.series.map(({ metric, unit, labels, timesMs, values }) => ({
    ...{ metric, unit, labels },
    times: packColumn(timesMs, 'slope'),
    values: packColumn(values),
  }));
  const kept: z.infer<typeof Kept> = { of: [...of], stepMs: joined.stepMs, series };
  await deps.evidence.put(key, JSON.stringify(kept), { contentType: 'application/json' });
}
