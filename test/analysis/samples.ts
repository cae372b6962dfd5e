import { METRIC_SAMPLES } from './formats/metric-samples.ts';
import { ordersDump } from './formats/hprof/build-dump.ts';
import { leakingSnapshot } from './formats/v8-heapsnapshot/build-snapshot.ts';

/** One small sample a format, made here: what the contract suite runs every analyser on. A new format adds its own. */
export interface Sample {
  /** The analyser that must take it. */
  readonly format: string;
  readonly name: string;
  readonly content: string | Uint8Array;
}

const CLASS_HISTOGRAM = `29411:
 num     #instances         #bytes  class name (module)
-------------------------------------------------------
   1:          1200         169368  [B (java.base@17.0.15)
   2:           500          12000  Leak$SessionToken
Total          1700         181368
`;

/** Recognised and refused with the way to something that is read: tested in formats/unread-snapshots. */
export const ALWAYS_REFUSED: readonly string[] = [
  'office-document',
  'ibm-phd',
  'jprofiler-snapshot',
  'yourkit-snapshot',
];

export const SAMPLES: readonly Sample[] = [
  { format: 'v8-heapsnapshot', name: 'worker.heapsnapshot', content: leakingSnapshot(200) },
  { format: 'hprof', name: 'shop.hprof', content: ordersDump() },
  { format: 'class-histogram', name: 'histo.txt', content: CLASS_HISTOGRAM },
  ...METRIC_SAMPLES.map(({ format, what, input }) => ({ format, name: what, content: input })),
];
