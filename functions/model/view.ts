import { z } from 'zod';
import { PackedColumn } from './packed-column.ts';

/**
 * What a page can draw. A discriminated union: one kind, one renderer in `web/views`. Every kind is plain JSON, flat
 * where it may be large, and bounded, because reports also come from strangers.
 */
const Label = z.string().max(2000);
const Name = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);
const Cell = z.union([z.string().max(4000), z.number(), z.null()]);
/** `bytes`, `bytes/h`, `count`, `ms`, `%`, ... what `web/draw/format.ts` knows how to print. */
const Unit = z.string().max(24);
const MAX_NODES = 200_000;
const MAX_POINTS = 500_000;

export const Column = z.object({ name: z.string().max(100), unit: Unit.optional() });

/** Rows are arrays in the order of `columns`; a table is sorted as it should first be shown. */
export const TableView = z.object({
  kind: z.literal('table'),
  name: Name,
  title: Label.optional(),
  columns: z.array(Column).max(40),
  rows: z.array(z.array(Cell).max(40)).max(100_000),
  note: Label.optional(),
});

/** Nodes in preorder: `parents[i] < i`, and -1 for a root. `values[c][i]` is column `c` of node `i`. */
export const TreeView = z.object({
  kind: z.literal('tree'),
  name: Name,
  title: Label.optional(),
  columns: z.array(Column).max(12),
  parents: z.array(z.number().int().min(-1)).max(MAX_NODES),
  labels: z.array(Label).max(MAX_NODES),
  values: z.array(z.array(z.number().nullable()).max(MAX_NODES)).max(12),
  note: Label.optional(),
});

/** A call tree or dominator tree as an icicle: as `tree`, with frames interned. `totals` includes children. */
export const FlameView = z.object({
  kind: z.literal('flame'),
  name: Name,
  title: Label.optional(),
  unit: Unit,
  frames: z.array(Label).max(MAX_NODES),
  parents: z.array(z.number().int().min(-1)).max(MAX_NODES),
  frameOf: z.array(z.number().int().min(0)).max(MAX_NODES),
  totals: z.array(z.number()).max(MAX_NODES),
  note: Label.optional(),
});

export const Mark = z.object({
  timeMs: z.number(),
  kind: z.enum(['restart', 'oom-kill', 'deploy', 'experiment', 'update', 'onset', 'fixed', 'gap', 'note']),
  label: Label,
});

/** Lines of a chart at every sample. Each has an axis, in ms, which lines that were sampled together share. */
export const FineData = z.object({
  axes: z.array(PackedColumn).max(64),
  /** `line` and `axis` are indices: in the lines of the chart, and in `axes`. */
  lines: z
    .array(z.object({ line: z.number().int().min(0), axis: z.number().int().min(0), values: PackedColumn }))
    .max(64),
});

/** Where a published chart finds its finer data, coarse levels first. Piece `i` holds [cutsMs[i], cutsMs[i + 1]). */
export const ChartTiers = z.object({
  levels: z
    .array(z.object({ cutsMs: z.array(z.number()), hrefs: z.array(z.string().max(300)), samples: z.number() }))
    .max(4),
});

/** Lines over one time axis. `layer` lines stack in their order; `limit` and `trend` are drawn over them. */
export const ChartView = z.object({
  kind: z.literal('chart'),
  name: Name,
  title: Label.optional(),
  unit: Unit,
  timesMs: z.array(z.number()).max(MAX_POINTS),
  lines: z
    .array(
      z.object({
        label: Label,
        role: z.enum(['line', 'layer', 'limit', 'trend', 'low', 'high']),
        values: z.array(z.number().nullable()).max(MAX_POINTS),
      }),
    )
    .max(200),
  marks: z.array(Mark).max(2000).default([]),
  note: Label.optional(),
  /** Every sample of lines that are drawn at fewer points above. */
  fine: FineData.optional(),
  /** Written by publish in place of `fine`; what a report says here is dropped. */
  tiers: ChartTiers.optional(),
});

/** A chain from a GC root to what accumulates; `via` is the edge that leads to the step ('' for the first). */
export const PathView = z.object({
  kind: z.literal('path'),
  name: Name,
  title: Label.optional(),
  steps: z
    .array(
      z.object({
        name: Label,
        via: Label,
        retainedBytes: z.number().optional(),
        count: z.number().optional(),
        role: z.enum(['root', 'step', 'holder', 'accumulation', 'leaf']).default('step'),
      }),
    )
    .max(500),
  note: Label.optional(),
});

export const HistogramView = z.object({
  kind: z.literal('histogram'),
  name: Name,
  title: Label.optional(),
  unit: Unit,
  buckets: z.array(z.object({ from: z.number(), to: z.number(), count: z.number() })).max(1000),
  note: Label.optional(),
});

export const TextView = z.object({
  kind: z.literal('text'),
  name: Name,
  title: Label.optional(),
  text: z.string().max(1_000_000),
});

export const View = z.discriminatedUnion('kind', [
  TableView,
  TreeView,
  FlameView,
  ChartView,
  PathView,
  HistogramView,
  TextView,
]);
export type View = z.infer<typeof View>;
export type ViewKind = View['kind'];
export type Column = z.infer<typeof Column>;
export type TableView = z.infer<typeof TableView>;
export type TreeView = z.infer<typeof TreeView>;
export type FlameView = z.infer<typeof FlameView>;
export type ChartView = z.infer<typeof ChartView>;
export type PathView = z.infer<typeof PathView>;
export type HistogramView = z.infer<typeof HistogramView>;
export type TextView = z.infer<typeof TextView>;
export type FineData = z.infer<typeof FineData>;
export type ChartTiers = z.infer<typeof ChartTiers>;
export type Mark = z.infer<typeof Mark>;
