/** From values to places, and the round values worth a line. */
export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
  invert(place: number): number;
}

export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [d0, d1] = domain;
  const [r0, r1] = range;
  const span = d1 - d0 || 1;
  const factor = (r1 - r0) / span;
  const scale = (value: number): number => r0 + (value - d0) * factor;
  return Object.assign(scale, {
    domain,
    range,
    invert: (place: number): number => (factor === 0 ? d0 : d0 + (place - r0) / factor),
  });
}

/** Steps of 1, 2 or 5 times a power of ten: at most `count` + 1 ticks inside [from, to]. */
export function ticks(from: number, to: number, count: number): number[] {
  if (!(to > from) || count < 1 || !Number.isFinite(to - from)) return Number.isFinite(from) ? [from] : [];
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((multiple) => multiple * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  const found: number[] = [];
  // Multiplying an integer keeps 0.3 from becoming 0.30000000000000004 by addition; toPrecision drops the rest.
  for (let i = first; i <= last; i++) found.push(Number((i * step).toPrecision(15)));
  return found;
}

/** As `ticks`; bytes in steps of powers of two, so that their labels are whole MiB and limits lie on them. */
export function quantityTicks(from: number, to: number, count: number, unit: string): number[] {
  if (unit !== 'bytes' || !(to > from) || to - from < 64 * count) return ticks(from, to, count);
  const step = 2 ** Math.ceil(Math.log2(((to - from) / count) * 0.999));
  const found: number[] = [];
  for (let value = Math.ceil(from / step) * step; value <= to; value += step) found.push(value);
  return found;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14].map((n) => n * DAY),
];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface TimeTick {
  readonly ms: number;
  readonly label: string;
}

/** Round times in UTC; midnight is named by its day. */
export function timeTicks(from: number, to: number, count: number): TimeTick[] {
  if (!(to > from)) return [];
  const rough = (to - from) / count;
  const step = STEPS.find((candidate) => candidate >= rough);
  if (step === undefined) return monthTicks(from, to, rough);
  const found: TimeTick[] = [];
  for (let ms = Math.ceil(from / step) * step; ms <= to; ms += step) found.push({ ms, label: timeLabel(ms, step) });
  return found;
}

function timeLabel(ms: number, step: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (step >= DAY || ms % DAY === 0) return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`;
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return step < MINUTE ? `${clock}:${two(date.getUTCSeconds())}` : clock;
}

function monthTicks(from: number, to: number, rough: number): TimeTick[] {
  const months = [1, 2, 3, 6, 12, 24, 60, 120].find((count) => count * 30.44 * DAY >= rough) ?? 240;
  const start = new Date(from);
  const found: TimeTick[] = [];
  let month = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months;
  for (;;) {
    const ms = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (!(ms <= to)) return found;
    const year = String(Math.floor(month / 12));
    if (ms >= from) found.push({ ms, label: months >= 12 ? year : `${MONTHS[month % 12] ?? ''} ${year}` });
    month += months;
  }
}
