/** A number with its unit, in the base unit: bytes for sizes, seconds for durations. */
export interface Quantity {
  readonly value: number;
  /** `bytes`, `s`, `%`, or '' for a plain number. */
  readonly unit: string;
}

const KIB = 1024;
const SIZES: Readonly<Record<string, number>> = {
  b: 1, byte: 1, bytes: 1,
  kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, pb: 1e15,
  ki: KIB, mi: KIB ** 2, gi: KIB ** 3, ti: KIB ** 4, pi: KIB ** 5, ei: KIB ** 6,
  kib: KIB, mib: KIB ** 2, gib: KIB ** 3, tib: KIB ** 4, pib: KIB ** 5,
}; // prettier-ignore
const DURATIONS: Readonly<Record<string, number>> = {
  ns: 1e-9, us: 1e-6, µs: 1e-6, μs: 1e-6, ms: 1e-3, s: 1, sec: 1, second: 1, seconds: 1,
  min: 60, mins: 60, minute: 60, minutes: 60, h: 3600, hour: 3600, hours: 3600, day: 86_400, days: 86_400, week: 604_800, weeks: 604_800,
}; // prettier-ignore
/** Letters that only scale; their case matters (m is a thousandth in Kubernetes, M a million). Mil, Bil and Tri are Grafana's. */
const SCALES: Readonly<Record<string, number>> = {
  n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Mil: 1e6, Bil: 1e9, Tri: 1e12,
}; // prettier-ignore

const PATTERN = /^([+-]?)(\d[\d,]*\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,3}))?\s*([a-zA-Zµμ%]*)(?:\/s)?$/;
const THOUSANDS = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;

/** Reads `1.2 GiB`, `67Mi`, `250m`, `12.5 %`, `1,234`, `3.4 Mil`; undefined for anything else. */
export function parseQuantity(text: string): Quantity | undefined {
  if (text.length > 60) return undefined;
  const found = PATTERN.exec(text.trim());
  if (found === null) return undefined;
  const [, sign = '', digits = '', exponent = '0', unit = ''] = found;
  if (digits.includes(',') && !THOUSANDS.test(digits)) return undefined;
  const number = Number(`${sign}${digits.replaceAll(',', '')}e${exponent}`);
  const scaled = scaleOf(unit);
  if (scaled === undefined || !Number.isFinite(number)) return undefined;
  return { value: number * scaled.scale, unit: scaled.unit };
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
