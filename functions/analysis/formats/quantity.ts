import { plainSpaces } from './timestamp.ts';

/** A number with its unit, in the base unit: bytes for sizes, seconds for durations. */
export interface Quantity {
  readonly value: number;
  /** `bytes`, `s`, `%`, or '' for a plain number. */
  readonly unit: string;
}

const KIB = 1024;
const SIZES: Readonly<Record<string, number>> = {
  b: 1, byte: 1, bytes: 1, octets: 1,
  kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, pb: 1e15, ko: 1e3, mo: 1e6, go: 1e9,
  ki: KIB, mi: KIB ** 2, gi: KIB ** 3, ti: KIB ** 4, pi: KIB ** 5, ei: KIB ** 6,
  kib: KIB, mib: KIB ** 2, gib: KIB ** 3, tib: KIB ** 4, pib: KIB ** 5, kio: KIB, mio: KIB ** 2, gio: KIB ** 3,
  kibibytes: KIB, mebibytes: KIB ** 2, gibibytes: KIB ** 3, kilobytes: 1e3, megabytes: 1e6, gigabytes: 1e9,
}; // prettier-ignore
const DURATIONS: Readonly<Record<string, number>> = {
  ns: 1e-9, us: 1e-6, µs: 1e-6, μs: 1e-6, ms: 1e-3, s: 1, sec: 1, second: 1, seconds: 1,
  min: 60, mins: 60, minute: 60, minutes: 60, h: 3600, hour: 3600, hours: 3600, day: 86_400, days: 86_400, week: 604_800, weeks: 604_800,
}; // prettier-ignore
/** Letters that only scale; their case matters (m is a thousandth in Kubernetes, M a million). Mil, Bil and Tri are Grafana's. */
const SCALES: Readonly<Record<string, number>> = {
  n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Mil: 1e6, Bil: 1e9, Tri: 1e12,
}; // prettier-ignore

const PATTERN = /^([+−-]?)(\d[\d,.'’ ]*|\.\d+)(?:[eE]([+-]?\d{1,3}))?\s*([a-zA-Zµμ%]*)(?:\/s)?$/;

/**
 * Reads `1.2 GiB`, `67Mi`, `250m`, `12.5 %`, `1,234`, `1 234,5`, `1.234,5`, `3.4 Mil`; undefined for anything else. A comma alone is the sign of
 * thousands, or with `decimalComma` that of the fraction; where both signs stand the last one is the fraction's.
 */
export function parseQuantity(text: string, decimalComma = false): Quantity | undefined {
  if (text.length > 60) return undefined;
  const found = PATTERN.exec(plainSpaces(text).trim());
  if (found === null) return undefined;
  const [, sign = '', digits = '', exponent = '0', unit = ''] = found;
  const plain = plainDigits(digits.trimEnd(), decimalComma);
  const scaled = scaleOf(unit);
  if (plain === undefined || scaled === undefined) return undefined;
  const number = Number(`${sign === '' || sign === '+' ? '' : '-'}${plain}e${exponent}`);
  return Number.isFinite(number) ? { value: number * scaled.scale, unit: scaled.unit } : undefined;
}

/** True where the comma of a written number can only be that of a fraction: `12,5`, `1.234,56`, not `1,234`. */
export function hasDecimalComma(text: string): boolean {
  return /^[+-]?\d{1,3}(?:[. ]\d{3})+,\d|^[+-]?\d+,(?:\d{1,2}|\d{4,})(?!\d|[,.])/.test(text);
}

/** Digits with at most a point among them; undefined where signs of thousands stand at other places than every three digits. */
function plainDigits(digits: string, decimalComma: boolean): string | undefined {
  if (/^\d*\.?\d*$/.test(digits)) return digits;
  const lastComma = digits.lastIndexOf(',');
  const lastPoint = digits.lastIndexOf('.');
  const onlyPoints = lastComma < 0 && digits.indexOf('.') === lastPoint ? lastPoint : -1;
  const onlyComma = lastPoint < 0 && decimalComma && digits.indexOf(',') === lastComma ? lastComma : -1;
  const fractionAt =
    lastComma >= 0 && lastPoint >= 0 ? Math.max(lastComma, lastPoint) : Math.max(onlyPoints, onlyComma);
  const whole = fractionAt < 0 ? digits : digits.slice(0, fractionAt);
  const fraction = fractionAt < 0 ? '' : digits.slice(fractionAt + 1);
  if (!/^\d+$|^\d{1,3}([,.'’ ])\d{3}(?:\1\d{3})*$/.test(whole) || !/^\d*$/.test(fraction)) return undefined;
  return `${whole.replace(/\D/g, '')}.${fraction}`;
}

/** What one of a written unit is in the base unit; undefined where the word is none. */
export function scaleOf(unit: string): { scale: number; unit: string } | undefined {
  if (unit === '') return { scale: 1, unit: '' };
  if (unit === '%') return { scale: 1, unit: '%' };
  if (Object.hasOwn(SCALES, unit)) return { scale: SCALES[unit] ?? 1, unit: '' };
  const lower = unit.toLowerCase();
  if (Object.hasOwn(SIZES, lower)) return { scale: SIZES[lower] ?? 1, unit: 'bytes' };
  if (Object.hasOwn(DURATIONS, lower)) return { scale: DURATIONS[lower] ?? 1, unit: 's' };
  return undefined;
}
