import { z } from 'zod';
import { Id, Slug } from './id.ts';
import { Line, TimeMs } from './text.ts';

/** What a series can be said to be, in the words that a person chooses from: a name that no exporter's list has. */
export const MAPPED_ROLES = [
  'working-set',
  'rss',
  'usage',
  'page-cache',
  'shmem',
  'kernel',
  'swap',
  'limit',
  'memory',
  'js-heap',
  'js-heap-total',
  'js-external',
  'jvm-heap',
  'jvm-heap-max',
  'jvm-non-heap',
  'jvm-direct',
  'beam-total',
  'beam-processes',
  'beam-binary',
  'beam-ets',
  'go-heap',
  'python-heap',
  'work',
  'errors',
  'restarts',
  'oom-kills',
  'threads',
  'descriptors',
  'ignore',
] as const;
export const MappedRole = z.enum(MAPPED_ROLES);

/** Roles that count things; all others but `ignore` are bytes. */
const COUNTED: ReadonlySet<string> = new Set(['work', 'errors', 'restarts', 'oom-kills', 'threads', 'descriptors']);
export const isCounted = (role: MappedRole): boolean => COUNTED.has(role);

/** What one of a unit is, in bytes; a count is what it is. */
export const UNIT_SCALES = {
  bytes: 1,
  kB: 1e3,
  KiB: 2 ** 10,
  MB: 1e6,
  MiB: 2 ** 20,
  GB: 1e9,
  GiB: 2 ** 30,
  count: 1,
} as const;
export const MAPPED_UNITS = Object.keys(UNIT_SCALES) as (keyof typeof UNIT_SCALES)[];
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
