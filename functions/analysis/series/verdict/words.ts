import { WHOLE } from './shares.ts';

/** `1.2 GB`, `0.88 MB`, `512 kB`: powers of ten, as many digits as are known. */
export function bytesInWords(bytes: number): string {
  const size = Math.abs(bytes);
  const [scale, unit] = size >= 1e9 ? [1e9, 'GB'] : size >= 1e5 ? [1e6, 'MB'] : size >= 1e2 ? [1e3, 'kB'] : [1, 'B'];
  return `${digits(bytes / scale)} ${unit}`;
}

/** A limit is written by people as Gi or G: said in the one in which it is round. */
export function limitInWords(bytes: number): string {
  if (bytes < 2 ** 20 || bytes % 2 ** 20 !== 0 || bytes % 1e6 === 0) return bytesInWords(bytes);
  return bytes % 2 ** 30 === 0 ? `${bytes / 2 ** 30} GiB` : `${bytes / 2 ** 20} MiB`;
}

export function rateInWords(bytesPerHour: number): string {
  return `${bytesInWords(bytesPerHour)}/h`;
}

/** How a container's sizes are said: in bytes, or in points of a limit that nobody gave. */
export interface Sizes {
  readonly size: (bytes: number) => string;
  readonly rate: (bytesPerHour: number) => string;
}
const points = (bytes: number): string => `${digits((100 * bytes) / WHOLE)} percent points`;
const BYTES: Sizes = { size: bytesInWords, rate: rateInWords };
const POINTS: Sizes = { size: points, rate: (bytesPerHour) => `${points(bytesPerHour)}/h` };

export function sizesOf({ inShares }: { readonly inShares: boolean }): Sizes {
  return inShares ? POINTS : BYTES;
}

/** `0.7-1.1 MB/h`: both ends in the unit of the larger. */
export function rangeInWords(low: number, high: number): string {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const [scale, unit] = size >= 1e9 ? [1e9, 'GB'] : size >= 1e5 ? [1e6, 'MB'] : size >= 1e2 ? [1e3, 'kB'] : [1, 'B'];
  return `${digits(low / scale)} to ${digits(high / scale)} ${unit}/h`;
}

/** `35 min`, `41 h`, `12 days`. */
export function hoursInWords(hours: number): string {
  if (!Number.isFinite(hours)) return 'never';
  if (hours < 1.5) return `${Math.max(1, Math.round(hours * 60))} min`;
  return hours < 120 ? `${digits(hours)} h` : `${digits(hours / 24)} days`;
}

export function percentInWords(share: number): string {
  return `${digits(100 * share)} %`;
}

/** `2026-03-01 14:05 UTC`. */
export function timeInWords(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || size === 0) return value.toFixed(0);
  if (size >= 10) return value.toFixed(size >= 30 ? 0 : 1).replace(/\.0$/, '');
  return value.toPrecision(2);
}
