import type { Finding } from '../../functions/model/analysis.ts';
import { formatBytes, formatNumber, formatQuantity } from '../draw/format.ts';
import type { Step } from '../views/chain.tsx';

/** What a finding's evidence lets one draw. Its values may come from a stranger's report: everything is checked. */
export interface FindingPicture {
  /** The number that makes the claim, with its interval. */
  readonly number?: string;
  readonly interval?: { readonly low: number; readonly value: number; readonly high: number };
  /** From the root to what is held; the last step counts it. */
  readonly path?: readonly Step[];
  readonly bytes?: number;
  /** What those at the end of the path retain together; of several dumps, in the last. */
  readonly heldBytes?: number;
  /** 0..1: of what everything reachable takes. */
  readonly share?: number;
  /** What kind of leak it probably is, and why. */
  readonly kind?: string;
  readonly reasons?: readonly string[];
  /** How many there were in each of several dumps. */
  readonly counts?: readonly number[];
  readonly spark?: readonly number[];
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 200) : '');

export function pictureOf(finding: Pick<Finding, 'evidence'>): FindingPicture {
  const { evidence } = finding;
  // An undecided verdict claims no number: a zero beside a rising chart would. That nothing grows needs none.
  const undecided =
    evidence['verdict'] === 'undecided' ||
    evidence['result'] === 'undecided' ||
    (evidence['verdict'] === 'no-leak' && evidence['slopeBytesPerHour'] === 0);
  const [slope, kind] = undecided
    ? [undefined, '']
    : firstNumber(evidence, ['slopeBytesPerHour', 'remainingBytesPerHour']);
  const low = numberOf(evidence[kind === 'remainingBytesPerHour' ? 'remainingLow' : 'slopeLow']);
  const high = numberOf(evidence[kind === 'remainingBytesPerHour' ? 'remainingHigh' : 'slopeHigh']);
  const retained = firstNumber(evidence, ['retainedBytes', 'retainedBytesDelta', 'bytes', 'sizeBytes'])[0];
  const instances = firstNumber(evidence, ['instances', 'instancesDelta', 'count'])[0];
  const counts = numbersOf(evidence['instances'], 50);
  // The bytes at the end of the path are of the last dump, and so is their number.
  const path = pathOf(evidence['path'], numberOf(evidence['accumulationPoint']), counts.at(-1) ?? instances);
  const held = numbersOf(evidence['retainedBytes'], 50).at(-1) ?? numberOf(evidence['retainedBytes']);
  const share = numberOf(evidence['share']);
  const reasons = Array.isArray(evidence['reasons'])
    ? evidence['reasons'].slice(0, 12).map(textOf).filter(Boolean)
    : [];
  const spark = numbersOf(evidence['spark'], 200);
  const grows = instances !== undefined && instances > 0 && instances === numberOf(evidence['instancesDelta']);
  const number =
    slope !== undefined
      ? `${formatBytes(slope, 2)} an hour${low !== undefined && high !== undefined ? `, ${rangeOf(low, high)}` : ''}`
      : retained !== undefined
        ? `${grows ? '+' : ''}${formatBytes(retained)}${instances === undefined ? '' : ` in ${formatNumber(instances, 15)} ${grows ? 'more ' : ''}${instances === 1 ? 'object' : 'objects'}`}`
        : instances !== undefined
          ? formatQuantity(instances, 'count')
          : undefined;
  return {
    ...(number === undefined ? {} : { number }),
    ...(slope !== undefined && low !== undefined && high !== undefined
      ? { interval: { low, value: slope, high } }
      : {}),
    ...(path.length > 0 ? { path } : {}),
    ...(retained === undefined ? {} : { bytes: retained }),
    ...(path.length > 0 && held !== undefined ? { heldBytes: held } : {}),
    ...(spark.length > 1 ? { spark } : {}),
    ...(share !== undefined && share > 0 && share <= 1 ? { share } : {}),
    ...(path.length > 0 && textOf(evidence['kind']) !== '' ? { kind: textOf(evidence['kind']) } : {}),
    ...(reasons.length > 0 ? { reasons } : {}),
    ...(counts.length > 1 ? { counts } : {}),
  };
}

/** `19 to 25 MB`: the unit once where both share it. */
function rangeOf(low: number, high: number): string {
  const [from, to] = [formatBytes(low, 2), formatBytes(high, 2)];
  const unit = /[^\d.,\u2212]+$/.exec(to)?.[0] ?? '';
  return `${unit !== '' && from.endsWith(unit) ? from.slice(0, -unit.length) : from} to ${to}`;
}

function firstNumber(evidence: Finding['evidence'], names: readonly string[]): [number | undefined, string] {
  for (const name of names) {
    const value = numberOf(evidence[name]);
    if (value !== undefined) return [value, name];
  }
  return [undefined, ''];
}

function numbersOf(value: unknown, most: number): number[] {
  return Array.isArray(value) ? value.slice(0, most).flatMap((one) => numberOf(one) ?? []) : [];
}

function pathOf(value: unknown, accumulation: number | undefined, count: number | undefined): Step[] {
  if (!Array.isArray(value)) return [];
  const named = value.slice(0, 60).flatMap((step: unknown, i) => {
    if (typeof step !== 'object' || step === null) return [];
    const { name, via } = step as { name?: unknown; via?: unknown };
    return textOf(name) === '' ? [] : [{ name: textOf(name), via: textOf(via), i }];
  });
  return named.map(({ name, via, i }, place) => {
    const isLast = place === named.length - 1;
    const role =
      place === 0
        ? 'root'
        : isLast
          ? 'leaf'
          : i === accumulation
            ? 'accumulation'
            : i + 1 === accumulation
              ? 'holder'
              : 'step';
    return { name, via, role, ...(isLast && count !== undefined ? { count } : {}) };
  });
}
