/** Numbers as people read them: rounded to what is known, with their unit. MB = 10^6; MiB = 2^20 only where it is exact. */
const MINUS = '\u2212';
const NARROW = '\u202f';
const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Three significant digits below 1,000, no decimals above; thousands parted by commas. */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'unknown' : value > 0 ? '∞' : `${MINUS}∞`;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(Math.max(0, digits - 1));
  const whole = size === 0 ? 1 : Math.floor(Math.log10(size)) + 1;
  const decimals = Number.isInteger(value) ? 0 : Math.max(0, digits - Math.max(whole, 1) + (size < 1 ? 1 - whole : 0));
  const [left = '0', right] = size.toFixed(Math.min(decimals, 8)).split('.');
  const grouped = left.replace(/\B(?=(?:\d{3})+$)/g, ',');
  const tail = right?.replace(/0+$/, '');
  return (value < 0 && Number(size.toFixed(decimals)) !== 0 ? MINUS : '') + grouped + (tail ? `.${tail}` : '');
}

function scaled(value: number, base: number, units: readonly string[], digits: number): string {
  let size = Math.abs(value);
  let unit = 0;
  // 999.95 kB would print as 1,000 kB: move on just before.
  while (size >= base * (1 - 0.5 * 10 ** -digits) && unit < units.length - 1) {
    size /= base;
    unit++;
  }
  const shown = unit === 0 ? formatNumber(value < 0 ? -size : size, digits) : trimmed(size, digits, value < 0);
  return `${shown}${NARROW}${units[unit] ?? 'B'}`;
}

function trimmed(size: number, digits: number, negative: boolean): string {
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.max(size, 1))));
  const text = size.toFixed(decimals);
  return (negative ? MINUS : '') + (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
}

export function formatBytes(value: number, digits = 3): string {
  return Number.isFinite(value) ? scaled(value, 1000, DECIMAL, digits) : formatNumber(value);
}

/** Memory on an axis: MiB and GiB, as limits and page sizes are given, so that a limit lies on a line of the grid. */
export function formatBinary(value: number, digits = 3): string {
  return Number.isFinite(value) ? scaled(value, 1024, BINARY, digits) : formatNumber(value);
}

/** What a chart says of a value: bytes in binary units, anything else as everywhere. */
export function formatOnChart(value: number, unit: string): string {
  return unit === 'bytes' ? formatBinary(value) : formatQuantity(value, unit);
}

/** A limit is written by people as GiB or GB: said in the one in which it is round. */
export function formatLimit(value: number): string {
  const binary = value >= 2 ** 20 && value % 2 ** 20 === 0 && value % 1e6 !== 0;
  return binary ? scaled(value, 1024, BINARY, 4) : formatBytes(value);
}

/** `41 h`, `2.5 days`, `340 ms`: at most two figures' worth of a unit that one can imagine. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return formatNumber(ms);
  const size = Math.abs(ms);
  const steps: [number, number, string][] = [
    [1000, 1, 'ms'],
    [90_000, 1000, 's'],
    [90 * 60_000, 60_000, 'min'],
    [72 * 3_600_000, 3_600_000, 'h'],
    [90 * 86_400_000, 86_400_000, 'days'],
    [730 * 86_400_000, 30.44 * 86_400_000, 'months'],
  ];
  for (const [below, unit, name] of steps) {
    if (size < below) return `${formatNumber(ms / unit, 2)}${NARROW}${name}`;
  }
  return `${formatNumber(ms / (365.25 * 86_400_000), 2)}${NARROW}years`;
}

/** A unit of columns beside a chart, which speaks in MiB. */
export const BINARY_BYTES = 'binary-bytes';

const DURATIONS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  seconds: 1000,
  min: 60_000,
  h: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  days: 86_400_000,
};
const PER: Readonly<Record<string, string>> = {
  h: 'an hour',
  s: 'a second',
  min: 'a minute',
  d: 'a day',
  day: 'a day',
};

/** Any number with any unit of the model: `bytes`, `bytes/h`, `count`, `ms`, `%`, `ratio`, `objects`, … */
export function formatQuantity(value: number, unit = ''): string {
  const [of = '', per] = unit.split('/', 2);
  const tail = per === undefined ? '' : ` ${PER[per] ?? `a ${per}`}`;
  const name = of.toLowerCase();
  if (name === 'bytes' || name === 'byte' || of === 'B') return formatBytes(value) + tail;
  if (name === BINARY_BYTES) return formatBinary(value) + tail;
  if (name === '%' || name === 'percent') return `${formatNumber(value)}${NARROW}%${tail}`;
  if (name === 'ratio') return `${formatNumber(value * 100)}${NARROW}%${tail}`;
  if (of in DURATIONS) return formatDuration(value * (DURATIONS[of] ?? 1)) + tail;
  if (name === 'time-ms' || name === 'timestamp') return formatUtc(value);
  const number = formatNumber(value, 4) + (name === '' || name === 'count' ? '' : `${NARROW}${of}`);
  return number + tail;
}

export function isNumericUnit(unit: string | undefined): boolean {
  return unit !== undefined && unit !== 'text';
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

/** `22 Nov 2026, 21:04 UTC`: what the page says before it knows the reader's zone. */
export function formatUtc(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return 'at an unknown time';
  return `${formatDay(ms)}, ${two(date.getUTCHours())}:${two(date.getUTCMinutes())} UTC`;
}

export function formatDay(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return 'unknown day';
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
}

/** `3 h ago`; the future is `in 3 h`. */
export function formatAge(ms: number, nowMs: number): string {
  const age = nowMs - ms;
  if (Math.abs(age) < 45_000) return 'just now';
  return age > 0 ? `${formatDuration(age)} ago` : `in ${formatDuration(-age)}`;
}

/** `memoryLimitBytes` -> `memory limit`: names of facts are a contract for scripts; people get words. */
export function wordsOf(name: string): string {
  return (
    name
      .replace(/(?:Ms|Hours|Seconds)$/, '')
      // Never the whole name: `bytes` stays.
      .replace(/(?<=[a-z])Bytes(?=$|[A-Z])/, '')
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .replace(/[-_.]+/g, ' ')
      .trim()
      .replace(/\b([A-Z])(?=[a-z])/g, (letter) => letter.toLowerCase())
  );
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count, 15)} ${count === 1 ? one : many}`;
}
