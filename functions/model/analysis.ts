import { z } from 'zod';
import { TimeMs } from './text.ts';
import { View } from './view.ts';

/** What one analyser says of one piece of evidence: immutable JSON. Imperfect input is data (`warnings`), not a failure. */

const Text = z.string().max(4000);
const Short = z.string().max(300);

export const Fact = z.object({
  name: z.string().max(100),
  value: z.union([z.number(), z.string().max(2000)]),
  unit: z.string().max(24).optional(),
});

export const Severity = z.enum(['note', 'warning', 'critical']);

export const Finding = z.object({
  /** `heap/suspect`, `metrics/verdict`: the folder of formats and the rule's file. */
  rule: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
  severity: Severity,
  /** 0..1 */
  confidence: z.number().min(0).max(1),
  /** A claim made from numbers, in one sentence. */
  title: Text,
  /** Numbers a script can read; their names are a contract. */
  evidence: z.record(z.string().max(100), z.unknown()),
  /** The name of the view that shows it. */
  view: z.string().max(64).optional(),
  advice: Text,
  /** What this finding cannot say, or what would refute it. */
  limits: Text.optional(),
  /** Equal for equal causes in different submissions. */
  fingerprint: z.string().max(300),
});

/** One series of samples, sorted by time, without duplicates; `values[i]` was taken at `timesMs[i]`. */
export const Series = z.object({
  metric: Short,
  unit: z.string().max(24),
  labels: z.record(z.string().max(200), z.string().max(2000)),
  timesMs: z.array(z.number()).max(500_000),
  values: z.array(z.number()).max(500_000),
});

export const TimelineEvent = z.object({
  timeMs: TimeMs,
  kind: z.enum(['restart', 'oom-kill', 'deploy', 'version', 'gc', 'error', 'capture', 'note']),
  subject: Short,
  text: Text,
});

/** What the evidence says of itself; the form prefills from it and the submitter may correct it. */
export const Context = z.object({
  runtime: Short.optional(),
  runtimeVersion: Short.optional(),
  product: Short.optional(),
  version: Short.optional(),
  cluster: Short.optional(),
  namespace: Short.optional(),
  pod: Short.optional(),
  container: Short.optional(),
  memoryLimitBytes: z.number().positive().optional(),
  workload: Text.optional(),
  capturedAtMs: TimeMs.optional(),
});

export const Analysis = z.object({
  format: z.string().max(64),
  analyserVersion: z.number().int().min(0),
  facts: z.array(Fact).max(2000),
  findings: z.array(Finding).max(2000),
  views: z.array(View).max(200),
  series: z.array(Series).max(20_000),
  events: z.array(TimelineEvent).max(20_000),
  signatures: z.array(Short).max(2000),
  warnings: z.array(Text).max(500),
  context: Context,
});

export type Fact = z.infer<typeof Fact>;
export type Severity = z.infer<typeof Severity>;
export type Finding = z.infer<typeof Finding>;
export type Series = z.infer<typeof Series>;
export type TimelineEvent = z.infer<typeof TimelineEvent>;
export type Context = z.infer<typeof Context>;
export type Analysis = z.infer<typeof Analysis>;
