import { z } from 'zod';
import { Id, Slug } from './id.ts';
import { Line, OptionalLine, TimeMs } from './text.ts';

/** What a threshold looks at. */
export const AlertRule = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('working-set'),
    percentOfLimit: z.number().gt(0).max(100),
    forMinutes: z
      .number()
      .min(0)
      .max(7 * 24 * 60)
      .default(10),
  }),
  z.object({ kind: z.literal('slope'), bytesPerHour: z.number().positive().max(1e15) }),
  z.object({ kind: z.literal('time-to-limit'), hours: z.number().positive().max(10_000) }),
  z.object({ kind: z.literal('oom-kill') }),
  z.object({ kind: z.literal('restart') }),
]);

export const NewAlert = z.object({
  title: Line,
  rule: AlertRule,
  /** Exact names; empty: all. */
  namespace: OptionalLine,
  container: OptionalLine,
  enabled: z.boolean().default(true),
});

/** One container for which an alert fires. */
export const Firing = z.object({
  subject: z.string().max(900),
  sinceMs: TimeMs,
  /** The newest time of the evidence that said so. */
  seenMs: TimeMs,
  detail: z.string().max(500),
});

export const Alert = NewAlert.extend({
  id: Id,
  slug: Slug,
  by: Line,
  atMs: TimeMs,
  state: z.enum(['ok', 'firing']),
  changedAtMs: TimeMs.optional(),
  firing: z.array(Firing).max(50),
  /** Evidence that ends earlier says nothing new of a subject. */
  heard: z.record(z.string().max(900), TimeMs).default({}),
  version: z.number().int().min(0),
});

export type AlertRule = z.infer<typeof AlertRule>;
export type NewAlert = z.infer<typeof NewAlert>;
export type Firing = z.infer<typeof Firing>;
export type Alert = z.infer<typeof Alert>;
