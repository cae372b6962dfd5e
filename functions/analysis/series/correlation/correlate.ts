import type { Finding } from '../../../model/analysis.ts';
import type { Role } from '../recognise/role.ts';
import type { ContainerVerdict } from '../verdict/container-verdict.ts';
import { binRates, HOUR_MS } from '../verdict/grid.ts';
import { fullName } from '../verdict/titles.ts';
import { LAYER_TITLES } from '../verdict/layer.ts';
import { hoursInWords } from '../verdict/words.ts';
import { type Lagged, laggedCorrelation } from './lagged.ts';

export interface Correlation extends Lagged {
  readonly driver: Role;
  readonly lagHours: number;
}

const DRIVERS: readonly (readonly [Role, string])[] = [
  ['load', 'the work done'],
  ['cpu', 'processor time'],
  ['network', 'network traffic'],
  ['disk', 'disk traffic'],
  ['errors', 'errors'],
  ['gc', 'garbage collections'],
];
/** Bins of the grid that one step of growth spans: shorter steps are noise. */
const STEP = 5;
const MOST_LAG_STEPS = 4;
/** Weaker correlations are not worth a sentence. */
const LEAST_STRENGTH = 0.5;
/** Standard deviations from zero (Fisher's z) that a correlation needs, over six drivers and five lags. */
const LEAST_Z = 3.2;

/** What the growth of the leaking layer goes along with: strongest first, only what is strong and beyond chance. */
export function correlate(container: ContainerVerdict): Correlation[] {
  const { grid, main, subject } = container;
  if (!main) return [];
  const growth = stepped(differences(main.signal.values), grid.life);
  const found: Correlation[] = [];
  for (const [driver] of DRIVERS) {
    const rates = binRates(grid, subject.series.get(driver));
    const lagged = rates && laggedCorrelation(stepped(rates, grid.life), growth, MOST_LAG_STEPS);
    if (!lagged || Math.abs(lagged.strength) < LEAST_STRENGTH) continue;
    const z =
      Math.atanh(Math.min(0.999, Math.abs(lagged.strength))) * Math.sqrt(Math.max(0, lagged.effectivePairs - 3));
    const stepHours = (STEP * (grid.toMs[0]! - grid.fromMs[0]!)) / HOUR_MS;
    if (z >= LEAST_Z) found.push({ driver, ...lagged, lagHours: lagged.lag * stepHours });
  }
  return found.sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength));
}

/** The correlations of one leaking container as one finding of rule `metrics/correlation`; undefined for none. */
export function correlationFinding(container: ContainerVerdict): Finding | undefined {
  const [best, ...others] = correlate(container);
  if (!best) return undefined;
  const name = (driver: Role): string => DRIVERS.find(([role]) => role === driver)![1];
  const lag = best.lag === 0 ? 'at the same time' : `about ${hoursInWords(best.lagHours)} later`;
  const way = best.strength > 0 ? 'faster when there is more of' : 'slower when there is more of';
  return {
    rule: 'metrics/correlation',
    severity: 'note',
    confidence: Math.min(0.95, Math.abs(best.strength)),
    title: `${LAYER_TITLES[container.layer]} of \`${fullName(container)}\` grows ${way} ${name(best.driver)}, ${lag} (rank correlation ${best.strength.toFixed(2)})`,
    evidence: {
      correlations: [best, ...others].map(({ driver, strength, lagHours }) => ({ driver, strength, lagHours })),
      namespace: container.subject.namespace,
      pod: container.subject.pod,
      container: container.subject.container,
    },
    advice: 'Vary this one thing in an experiment and leave the rest as it is.',
    limits: 'A correlation, not a cause: both may follow a third thing.',
    fingerprint: `metrics/correlation:${best.driver}:${container.layer}:${container.subject.workload}`.slice(0, 300),
  };
}

function differences(values: Float64Array): Float64Array {
  return values.map((value, place) => (place === 0 ? Number.NaN : value - values[place - 1]!));
}

/** Means of `STEP` neighbouring bins of one life; NaN where all are. */
function stepped(values: Float64Array, life: Int32Array): Float64Array {
  const result: number[] = [];
  for (let from = 0; from + STEP <= values.length; from += STEP) {
    const known = [...values.subarray(from, from + STEP)].filter((value) => !Number.isNaN(value));
    const whole = life[from] === life[from + STEP - 1];
    result.push(whole && known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : Number.NaN);
  }
  return Float64Array.from(result);
}
