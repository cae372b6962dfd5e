import { z } from 'zod';
import type { Finding } from '../../model/analysis.ts';

/** The evidence of a `metrics/verdict` finding, as far as casework reads it; reports by strangers may hold anything. */
export const MetricsVerdict = z.object({
  verdict: z.enum(['leak', 'no-leak', 'undecided']),
  scope: z.string().optional(),
  layer: z.string().nullish(),
  namespace: z.string().nullish(),
  pod: z.string().nullish(),
  container: z.string().nullish(),
  version: z.string().max(100).nullish().catch(undefined),
  seenHours: z.number().nullish().catch(undefined),
  slopeBytesPerHour: z.number().nullish(),
  slopeLow: z.number().nullish(),
  slopeHigh: z.number().nullish(),
  timeToLimitHours: z.number().nullish(),
  onset: z.string().max(40).nullish().catch(undefined),
  fixedAt: z.string().max(40).nullish().catch(undefined),
});
export type MetricsVerdict = z.infer<typeof MetricsVerdict>;

export function metricsVerdictOf(finding: Finding): MetricsVerdict | undefined {
  if (finding.rule !== 'metrics/verdict') return undefined;
  const parsed = MetricsVerdict.safeParse(finding.evidence);
  return parsed.success ? parsed.data : undefined;
}
