import type { Role } from '../recognise/role.ts';
import type { RoleSeries, Subject } from '../recognise/subjects.ts';
import { type Binned, binGauges, type Grid } from './grid.ts';

/** Stands for a limit that the evidence does not give: what is read of it is said in percent points, never in bytes. */
export const WHOLE = 2 ** 30;

const SHARES = ['heap-share', 'rss-share', 'memory-share'] as const satisfies readonly Role[];

/** Memory as a share of its limit, where no bytes of it were measured. */
export interface Share {
  readonly of: (typeof SHARES)[number];
  readonly binned: Binned;
  /** The limit; `WHOLE` where nobody gave it. */
  readonly wholeBytes: number;
  readonly known: boolean;
}

/** The most telling share of a subject, times its limit. */
export function shareOf(subject: Subject, grid: Grid, limitBytes: number | undefined): Share | undefined {
  const of = SHARES.find((role) => subject.series.has(role));
  if (!of) return undefined;
  const wholeBytes = limitBytes ?? WHOLE;
  const parts = subject.series.get(of)!.map((part) => inBytes(part, wholeBytes));
  return { of, binned: binGauges(grid, parts)!, wholeBytes, known: limitBytes !== undefined };
}

/** Without a unit, what is above one and a half is percent: nothing holds so much of its limit. */
function inBytes(part: RoleSeries, wholeBytes: number): RoleSeries {
  const { unit, values } = part.series;
  const percent = unit === '%' || (unit !== 'ratio' && values.some((value) => value > 1.5));
  const scale = percent ? wholeBytes / 100 : wholeBytes;
  return { ...part, series: { ...part.series, values: values.map((value) => value * scale) } };
}
