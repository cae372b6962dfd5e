import { packColumn, unpackColumn } from '../../model/pack-column.ts';
import type { ChartTiers, ChartView, FineData } from '../../model/view.ts';
import { downsampleIndices, firstAtOrAfter } from '../../../web/draw/downsample.ts';
import { immutableJson, sha256, type SiteFile } from './site-file.ts';

/** Samples of the longest axis in one piece: some 70 kB a line, a second on a slow phone. */
const PIECE_SAMPLES = 16_384;
/** Columns of the coarse level: of each the first, lowest, highest and last sample stay. */
const COARSE_COLUMNS = 16_384;

/** One line of a chart at every sample; NaN is a gap. */
interface FineLine {
  readonly line: number;
  readonly axis: number;
  readonly values: Float64Array;
}
interface Fine {
  readonly axes: readonly Float64Array[];
  readonly lines: readonly FineLine[];
}

/**
 * The finer data of a chart as files that a page fetches when one zooms, cut by time and named by their content: every
 * sample, and where that is much more than a page draws a coarse level between. The view loses `fine` and gains `tiers`.
 */
export function publishTiers(
  view: ChartView,
  keyOf: (sha256: string) => string,
): { view: ChartView; files: SiteFile[] } {
  const { fine: packed, ...rest } = view;
  const bare = { ...rest };
  delete bare.tiers;
  const fine = packed === undefined ? undefined : unpackFine(packed, view.lines.length);
  if (!fine) return { view: bare, files: [] };
  const longest = Math.max(...fine.axes.map((axis) => axis.length));
  // Half as fine again would hardly be seen: one more level only where it saves most of the way.
  const levels = longest > 8 * COARSE_COLUMNS ? [coarser(fine), fine] : [fine];
  const files: SiteFile[] = [];
  const tiers: ChartTiers = { levels: [] };
  for (const level of levels) {
    const cutsMs = cutsOf(level);
    const hrefs = cutsMs.slice(0, -1).map((fromMs, i) => {
      const json = JSON.stringify(pieceOf(level, fromMs, cutsMs[i + 1] ?? Infinity));
      const file = immutableJson(keyOf(sha256(json)), json);
      files.push(file);
      return `/${file.key}`;
    });
    tiers.levels.push({ cutsMs, hrefs, samples: Math.max(...level.axes.map((axis) => axis.length)) });
  }
  return { view: { ...bare, tiers }, files };
}

/** Undefined where it is not what it says: columns of different lengths, times that do not rise, lines that are not there. */
function unpackFine(packed: FineData, lineCount: number): Fine | undefined {
  const axes = packed.axes.map(unpackColumn);
  const lines = packed.lines.map(({ line, axis, values }) => ({ line, axis, values: unpackColumn(values) }));
  const rises = axes.every((axis) => axis.length > 0 && axis.every((ms, i) => i === 0 || ms > (axis[i - 1] ?? NaN)));
  const fits = lines.every(({ line, axis, values }) => line < lineCount && axes[axis]?.length === values.length);
  return rises && fits && lines.length > 0 ? { axes, lines } : undefined;
}

function coarser({ axes, lines }: Fine): Fine {
  const kept = axes.map((axis, at) =>
    downsampleIndices(
      axis,
      lines.filter((line) => line.axis === at).map((line) => line.values),
      COARSE_COLUMNS,
    ),
  );
  const pick = (values: Float64Array, axis: number): Float64Array =>
    Float64Array.from(kept[axis] ?? [], (i) => values[i] ?? NaN);
  return {
    axes: axes.map((axis, at) => pick(axis, at)),
    lines: lines.map((line) => ({ ...line, values: pick(line.values, line.axis) })),
  };
}

/** Times between pieces, the end of the last one included. */
function cutsOf({ axes }: Fine): number[] {
  const longest = axes.reduce((best, axis) => (axis.length > best.length ? axis : best));
  const first = Math.min(...axes.map((axis) => axis[0] ?? Infinity));
  const last = Math.max(...axes.map((axis) => axis.at(-1) ?? -Infinity));
  const cuts = [first];
  for (let i = PIECE_SAMPLES; i < longest.length; i += PIECE_SAMPLES) cuts.push(longest[i] ?? last);
  return [...cuts, last + 1];
}

/** Samples of [fromMs, toMs). */
function pieceOf({ axes, lines }: Fine, fromMs: number, toMs: number): FineData {
  const spans = axes.map((axis) => [firstAtOrAfter(axis, fromMs), firstAtOrAfter(axis, toMs)] as const);
  const cut = (values: Float64Array, axis: number): Float64Array => values.subarray(...(spans[axis] ?? [0, 0]));
  return {
    axes: axes.map((axis, at) => packColumn(cut(axis, at), 'slope')),
    lines: lines.map(({ line, axis, values }) => ({ line, axis, values: packColumn(cut(values, axis)) })),
  };
}
