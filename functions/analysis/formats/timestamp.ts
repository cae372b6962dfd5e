const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ISO =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ,]\s?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2}(?: [A-Z]{1,5})?)?$/;
const SLASHED =
  /^(\d{1,2})([/.])(\d{1,2})[/.](\d{4}),?(?:\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?([AaPp][Mm])?)?$/;
const WORDED =
  /^(?:[A-Za-z]{3,9},?\s+)?([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(?:(\d{4})\s*(?:@\s*)?)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(?:[A-Z]{3,4}\s+)?(\d{4})?$/;
const RFC =
  /^(?:[A-Za-z]{3},?\s+)?(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{4})[ :](\d{2}):(\d{2}):(\d{2})(?:\s*(GMT|UTC|Z|[+-]\d{2}:?\d{2}))?$/;

/**
 * A moment as text in milliseconds since the epoch (fractions below a millisecond are kept), NaN for anything else.
 * ISO 8601 and its relatives, `4/1/2014, 1:05 PM`, `01.04.2014 13:05`, `Apr 1, 2014 @ 13:05:00.000`, `Tue Apr  1
 * 13:05:00 UTC 2014`, RFC 2822. Without a zone it is taken as UTC. `dayFirst` reads 4/1 as the fourth of January.
 */
export function parseMoment(text: string, dayFirst = false): number {
  if (text.length < 8 || text.length > 64) return NaN;
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second, fraction, zone] = iso;
    return moment(year, Number(month), day, hour, minute, second, fraction) - zoneMs(zone);
  }
  const slashed = SLASHED.exec(text);
  if (slashed !== null) {
    const [, a, separator, b, year, hour, minute, second, fraction, half] = slashed;
    const swap = separator === '.' || dayFirst;
    return moment(year, Number(swap ? b : a), swap ? a : b, hour24(hour, half), minute, second, fraction);
  }
  const worded = WORDED.exec(text);
  if (worded !== null) {
    const [, name = '', day, early, hour, minute, second, fraction, late] = worded;
    const year = early ?? late;
    return year === undefined ? NaN : moment(year, monthOf(name), day, hour, minute, second, fraction);
  }
  const rfc = RFC.exec(text);
  if (rfc === null) return NaN;
  const [, day, name = '', year, hour, minute, second, zone] = rfc;
  return moment(year, monthOf(name), day, hour, minute, second, undefined) - zoneMs(zone);
}

/** A number that must be seconds, milliseconds, microseconds or nanoseconds since the epoch, told by its size (1990 to 2100); else NaN. */
export function parseEpoch(value: number): number {
  if (value >= 6e8 && value < 4.2e9) return value * 1000;
  if (value >= 6e11 && value < 4.2e12) return value;
  if (value >= 6e14 && value < 4.2e15) return value / 1e3;
  if (value >= 6e17 && value < 4.2e18) return value / 1e6;
  return NaN;
}

function moment(
  year: string | undefined,
  month: number,
  day: string | undefined,
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  fraction: string | undefined,
): number {
  const [d, h, m, s] = [Number(day), Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (!(month >= 1 && month <= 12) || !(d >= 1 && d <= 31) || h > 24 || m > 59 || s > 60) return NaN;
  const whole = Date.UTC(Number(year), month - 1, d, h, m, s);
  return fraction === undefined ? whole : whole + Number(`0.${fraction}`) * 1000;
}

function hour24(hour: string | undefined, half: string | undefined): string | undefined {
  if (hour === undefined || half === undefined) return hour;
  return String((Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0));
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const digits = zone.replace(/[^\d]/g, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
