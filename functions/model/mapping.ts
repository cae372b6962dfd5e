import { z } from 'zod';
import { MAPPED_ROLES, MAPPED_UNITS } from './mapped-roles.ts';
import { Id, Slug } from './id.ts';
import { Line, TimeMs } from './text.ts';

export const MappedRole = z.enum(MAPPED_ROLES);

export const MappedUnit = z.enum(MAPPED_UNITS);

/** Series of this name, and of these labels where some are given, are what a person said that they are. */
export const SeriesMapping = z.object({
  metric: z.string().trim().min(1).max(300),
  labels: z
    .record(z.string().max(200), z.string().max(2000))
    .refine((labels) => Object.keys(labels).length <= 8, 'at most 8 labels')
    .default({}),
  role: MappedRole,
  unit: MappedUnit.default('bytes'),
});

export const MappedSeries = SeriesMapping.extend({
  id: Id,
  by: Line,
  atMs: TimeMs,
  version: z.number().int().min(1),
});

export const MOST_MAPPED = 200;

/** All that was mapped by hand in one investigation: one record, so that an analysis reads it whole. */
export const Mapping = z.object({
  slug: Slug,
  series: z.array(MappedSeries).max(MOST_MAPPED),
  /** False from a change until all evidence that it concerns is on its way to be analysed again. */
  settled: z.boolean(),
  version: z.number().int().min(0),
});

export type MappedRole = z.infer<typeof MappedRole>;
export type MappedUnit = z.infer<typeof MappedUnit>;
export type SeriesMapping = z.infer<typeof SeriesMapping>;
export type MappedSeries = z.infer<typeof MappedSeries>;
export type Mapping = z.infer<typeof Mapping>;
