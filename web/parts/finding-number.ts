import type { Finding } from '../../functions/model/analysis.ts';
import { formatBytes, formatNumber, formatQuantity } from '../draw/format.ts';

/** What a finding's evidence lets one draw. Its values may come from a stranger's report: everything is checked. */
export interface FindingPicture {
  /** The number that makes the claim, with its interval. */
  readonly number?: string;
  readonly interval?: { readonly low: number; readonly value: number; readonly high: number };
  readonly path?: readonly { readonly name: string; readonly via: string }[];
  readonly bytes?: number;
  readonly spark?: readonly number[];
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 200) : '');

export function pictureOf(finding: Pick<Finding, 'evidence'>): FindingPicture {
  const { evidence } = finding;
  // An undecided verdict claims no number: a zero beside a rising chart would.
  const undecided = evidence['verdict'] === 'undecided' || evidence['result'] === 'undecided';
  const [slope, kind] = undecided
    ? [undefined, '']
    : firstNumber(evidence, ['slopeBytesPerHour', 'remainingBytesPerHour']);
  const low = numberOf(evidence[kind === 'remainingBytesPerHour' ? 'remainingLow' : 'slopeLow']);
  const high = numberOf(evidence[kind === 'remainingBytesPerHour' ? 'remainingHigh' : 'slopeHigh']);
  const retained = firstNumber(evidence, ['retainedBytes', 'retainedBytesDelta', 'bytes', 'sizeBytes'])[0];
  const instances = firstNumber(evidence, ['instances', 'instancesDelta', 'count'])[0];
  const path = pathOf(evidence['path']);
  const spark = Array.isArray(evidence['spark'])
    ? evidence['spark'].slice(0, 200).flatMap((value) => numberOf(value) ?? [])
    : [];
  const number =
    slope !== undefined
      ? `${formatBytes(slope, 2)} an hour${low !== undefined && high !== undefined ? `, ${rangeOf(low, high)}` : ''}`
      : retained !== undefined
        ? `${formatBytes(retained)}${instances === undefined ? '' : ` in ${formatNumber(instances, 15)} ${instances === 1 ? 'object' : 'objects'}`}`
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
    ...(spark.length > 1 ? { spark } : {}),
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

function pathOf(value: unknown): { name: string; via: string }[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 60).flatMap((step: unknown) => {
    if (typeof step !== 'object' || step === null) return [];
    const { name, via } = step as { name?: unknown; via?: unknown };
    return textOf(name) === '' ? [] : [{ name: textOf(name), via: textOf(via) }];
  });
}
