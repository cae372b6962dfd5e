import { METRIC_SAMPLES } from './formats/metric-samples.ts';
import { leakingSnapshot } from './formats/v8-heapsnapshot/build-snapshot.ts';

/** One small sample a format, made here: what the contract suite runs every analyser on. A new format adds its own. */
export interface Sample {
  /** The analyser that must take it. */
  readonly format: string;
  readonly name: string;
  readonly content: string | Uint8Array;
}

export const SAMPLES: readonly Sample[] = [
  { format: 'v8-heapsnapshot', name: 'worker.heapsnapshot', content: leakingSnapshot(200) },
  ...METRIC_SAMPLES.map(({ format, what, input }) => ({ format, name: what, content: input })),
];
