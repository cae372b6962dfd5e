import { unpackColumn } from '../../../functions/model/pack-column.ts';
import type { ChartTiers, ChartView, FineData } from '../../../functions/model/view.ts';
import type { FineSamples } from '../../draw/chart-window.ts';

/** Finer samples of a chart, of the stretch that one looks at. */
export interface FineSource {
  /** The finest that is here already; what is better is fetched, and `onMore` tells when it came. */
  at(frame: readonly [number, number]): FineSamples | undefined;
  /** What is drawn of this stretch, in the words of the chart's status. */
  said(frame: readonly [number, number]): string;
  stop(): void;
}

type Level = ChartTiers['levels'][number];
type Piece = FineSamples | 'asked' | { readonly failedAtMs: number };

/** A window that needs more pieces than this is shown by the level above. */
const MOST_PIECES = 6;
/** About 25 MB of unpacked samples. */
const MOST_KEPT = 96;
/** While one still zooms, nothing is fetched that is left a moment later. */
const QUIET_MS = 90;
const RETRY_MS = 10_000;

/** Published charts fetch their pieces; a chart of an analysis made here has its samples with it; others have none. */
export function startFineSource(view: ChartView, onMore: () => void): FineSource | undefined {
  if (view.tiers && view.tiers.levels.length > 0) return fetched(view.tiers.levels, onMore);
  if (!view.fine) return undefined;
  const all = unpack(view.fine);
  return { at: () => all, said: () => 'every sample', stop: () => undefined };
}

function fetched(levels: readonly Level[], onMore: () => void): FineSource {
  const pieces = new Map<string, Piece>();
  const stop = new AbortController();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let merged: { key: string; samples: FineSamples } | undefined;

  const ask = (hrefs: readonly string[]): void => {
    clearTimeout(waiting);
    const missing = hrefs.filter((href) => {
      const piece = pieces.get(href);
      return piece === undefined || (typeof piece === 'object' && 'failedAtMs' in piece && late(piece.failedAtMs));
    });
    if (missing.length > 0) waiting = setTimeout(() => missing.forEach((href) => void load(href)), QUIET_MS);
  };
  const late = (ms: number): boolean => Date.now() - ms > RETRY_MS;
  const load = async (href: string): Promise<void> => {
    pieces.set(href, 'asked');
    try {
      const response = await fetch(href, { signal: stop.signal });
      if (!response.ok) throw new Error(`the hub answered ${response.status}`);
      // Written by publish, and named by its content.
      pieces.set(href, unpack((await response.json()) as FineData));
    } catch {
      if (stop.signal.aborted) return;
      pieces.set(href, { failedAtMs: Date.now() });
    }
    for (const [oldest, piece] of pieces) {
      if (pieces.size <= MOST_KEPT) break;
      if (piece !== 'asked') pieces.delete(oldest);
    }
    onMore();
  };
  const here = (hrefs: readonly string[]): FineSamples | undefined => {
    const key = hrefs.join();
    if (merged?.key === key) return merged.samples;
    const found = hrefs.flatMap((href) => {
      const piece = pieces.get(href);
      return piece !== undefined && typeof piece === 'object' && 'axes' in piece ? [piece] : [];
    });
    if (found.length < hrefs.length || found.length === 0) return undefined;
    // What is in use stays when others go.
    for (const href of hrefs) {
      const piece = pieces.get(href);
      if (piece !== undefined && pieces.delete(href)) pieces.set(href, piece);
    }
    merged = { key, samples: join(found) };
    return merged.samples;
  };
  return {
    at(frame) {
      const chosen = levelFor(levels, frame);
      if (!chosen) return undefined;
      const best = levels.indexOf(chosen);
      ask(piecesOf(chosen, frame, 1));
      for (let level = best; level >= 0; level--) {
        const hrefs = piecesOf(levels[level] ?? chosen, frame, 0);
        const samples = hrefs.length <= 2 * MOST_PIECES ? here(hrefs) : undefined;
        if (samples) return samples;
      }
      return undefined;
    },
    said(frame) {
      const chosen = levelFor(levels, frame);
      if (!chosen) return 'highest and lowest of each stretch';
      const hrefs = piecesOf(chosen, frame, 0);
      if (hrefs.some((href) => pieces.get(href) === 'asked' || !pieces.has(href))) return 'fetching finer data';
      const failed = hrefs.some((href) => {
        const piece = pieces.get(href);
        return typeof piece === 'object' && 'failedAtMs' in piece;
      });
      if (failed) return 'finer data could not be fetched';
      return chosen === levels.at(-1) ? 'every sample' : 'highest and lowest of each stretch';
    },
    stop() {
      clearTimeout(waiting);
      stop.abort();
    },
  };
}

/** The finest level of which a window needs few pieces; none where the window is about the whole. */
function levelFor(levels: readonly Level[], frame: readonly [number, number]): Level | undefined {
  const fits = levels.findLast((level) => piecesOf(level, frame, 0).length <= MOST_PIECES);
  const [first] = levels;
  if (!fits || !first) return undefined;
  const [from, to] = [first.cutsMs[0] ?? 0, first.cutsMs.at(-1) ?? 0];
  return frame[1] - frame[0] < 0.9 * (to - from) ? fits : undefined;
}

/** Addresses of the pieces that a window touches, and of `around` more on each side. */
function piecesOf(level: Level, [fromMs, toMs]: readonly [number, number], around: number): string[] {
  const { cutsMs, hrefs } = level;
  let first = 0;
  while (first < hrefs.length - 1 && (cutsMs[first + 1] ?? Infinity) <= fromMs) first++;
  let last = first;
  while (last < hrefs.length - 1 && (cutsMs[last + 1] ?? Infinity) <= toMs) last++;
  return hrefs.slice(Math.max(0, first - around), last + 1 + around);
}

function unpack(data: FineData): FineSamples {
  return {
    axes: data.axes.map(unpackColumn),
    lines: data.lines.map(({ line, axis, values }) => ({ line, axis, values: unpackColumn(values) })),
  };
}

/** Neighbouring pieces, in the order of time. */
function join(pieces: readonly FineSamples[]): FineSamples {
  const [first] = pieces;
  if (!first || pieces.length === 1) return first ?? { axes: [], lines: [] };
  const concat = (columns: readonly Float64Array[]): Float64Array => {
    const all = new Float64Array(columns.reduce((sum, column) => sum + column.length, 0));
    let at = 0;
    for (const column of columns) {
      all.set(column, at);
      at += column.length;
    }
    return all;
  };
  return {
    axes: first.axes.map((_, axis) => concat(pieces.flatMap((piece) => piece.axes[axis] ?? []))),
    lines: first.lines.map((line, i) => ({
      ...line,
      values: concat(pieces.flatMap((piece) => piece.lines[i]?.values ?? [])),
    })),
  };
}
