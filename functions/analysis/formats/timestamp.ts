/** How the names of months begin in English, German, French, Spanish, Portuguese, Italian and Dutch, as `date` prints them. */
const MONTHS = [
  /^(?:jan|ene|gen)/, /^f[eé]b?[bv]/, /^(?:mar|mär|mrz|mrt)/, /^(?:apr|avr|abr)/, /^(?:ma[yigj]|mei)/, /^(?:jun|juin|giu)/,
  /^(?:jul|juil|lug)/, /^(?:aug|aoû|ago)/, /^(?:sep|set)/, /^(?:o[ck]t|out|ott)/, /^nov/, /^(?:d[eé]c|dez|dic)/,
]; // prettier-ignore
/** Abbreviations as `date` prints them, in hours; of several meanings the one with the most people. Others count as UTC. */
const ZONES: Readonly<Record<string, number>> = {
  WEST: 1, BST: 1, CET: 1, CEST: 2, EET: 2, EEST: 3, MSK: 3, IST: 5.5, JST: 9, KST: 9, AEST: 10, AEDT: 11,
  EDT: -4, EST: -5, CDT: -5, CST: -6, MDT: -6, MST: -7, PDT: -7, PST: -8,
}; // prettier-ignore

const CLOCK = String.raw`(?<hour>\d{1,2})[:.](?<minute>\d{2})(?:[:.](?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?`;
const HALF = String.raw`(?:\s?(?<half>[AaPp])\.?[Mm]\.?)?`;
const ZONE = String.raw`\s?(?<zone>[A-Z]{1,5}[+-]\d{1,2}(?::?\d{2})?|[A-Z]{1,5}|[+-]\d{2}(?::?\d{2})?(?: [A-Z]{1,5})?)?`;
const WEEKDAY = String.raw`(?:[A-Za-zÀ-ÿ]{2,9}\.?,?\s+)?`;
const NAME = String.raw`(?<name>[A-Za-zÀ-ÿ]{3,9})\.?`;

/** `2024-01-02T03:04:05.678+01:00`, `2024/01/02 03:04`, `2024-01-02`. */
const ISO = new RegExp(
  String.raw`^(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})(?:(?:[T ,]|, )\s?${CLOCK}${HALF})?${ZONE}$`,
);
/** `20240102T030405Z` */
const COMPACT = new RegExp(
  String.raw`^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})[T ](?<hour>\d{2})(?<minute>\d{2})(?:(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?${ZONE}$`,
);
/** `1/2/2024, 3:04 PM`, `02.01.2024 15:04:05`, `02-01-24 15.04` */
const NUMBERS = new RegExp(
  String.raw`^(?<first>\d{1,2})(?<separator>[/.-])(?<then>\d{1,2})\k<separator>(?:(?<year>\d{4})|(?<short>\d{2})(?=,?\s))(?:,?\s+(?:at\s+)?${CLOCK}${HALF}${ZONE})?$`,
);
/** `Jan 2, 2024, 3:04 PM`, `Jan 2, 2024 @ 15:04:05.000`, `Tue Jan  2 15:04:05 UTC 2024`, `Tue Jan 02 2024 15:04:05 GMT+0100` */
const MONTH_FIRST = new RegExp(
  String.raw`^${WEEKDAY}${NAME}\s+(?<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?:(?<year>\d{4}),?\s+(?:(?:@|at)\s+)?)?${CLOCK}${HALF}${ZONE}(?:\s+(?<late>\d{4}))?$`,
);
/** `Tue, 02 Jan 2024 15:04:05 GMT`, `2 January 2024 15:04`, `02/Jan/2024:15:04:05 +0000`, `Di 2. Jan 15:04:05 CET 2024` */
const DAY_FIRST = new RegExp(
  String.raw`^${WEEKDAY}(?<day>\d{1,2})\.?[ /-]${NAME},?[ /-](?:(?<year>\d{4})(?:[ :T]|, | at ))?\s?${CLOCK}${HALF}${ZONE}(?:\s+(?<late>\d{4}))?$`,
);

/**
 * A moment as text in milliseconds since the epoch (fractions below a millisecond are kept), NaN for anything else: ISO 8601 and its relatives,
 * and what the locales of browsers, spreadsheets and `date` make of it. Without a zone it is taken as UTC. `dayFirst` reads 4/1 as the fourth of
 * January; with dots the day is always first.
 */
export function parseMoment(text: string, dayFirst = false): number {
  if (text.length < 8 || text.length > 90) return NaN;
  const bare = plainSpaces(text)
    .replace(/ \([\w .+-]{1,60}\)$|\[[\w/+-]{1,40}\]$/, '')
    .trim();
  if (/^\d{4}[-/.]/.test(bare)) return momentOf(ISO.exec(bare)?.groups);
  if (/^\d{8}[T ]/.test(bare)) return momentOf(COMPACT.exec(bare)?.groups);
  const numbers = NUMBERS.exec(bare)?.groups;
  if (numbers !== undefined) {
    const { first, then, separator, short, year } = numbers;
    const swap = separator === '.' || dayFirst;
    const whole = year ?? `20${short ?? ''}`;
    return momentOf({ ...numbers, year: whole, ...(swap ? { day: first, month: then } : { day: then, month: first }) });
  }
  const named = (MONTH_FIRST.exec(bare) ?? DAY_FIRST.exec(bare))?.groups;
  if (named === undefined || (named['year'] ?? named['late']) === undefined) return NaN;
  const name = (named['name'] ?? '').toLowerCase();
  const month = String(MONTHS.findIndex((begins) => begins.test(name)) + 1);
  return momentOf({ ...named, month, year: named['year'] ?? named['late'] });
}

/** True for a moment that has no time of day. */
export function isDateOnly(text: string): boolean {
  return !/[:T]|\d[ ,]+\d{1,2}\.\d{2}/.test(text);
}

/** `13:05:01.5` or `1:05 PM` as milliseconds of a day; NaN for anything else. */
export function clockMs(text: string): number {
  const found = text.length > 24 ? undefined : TIME_OF_DAY.exec(plainSpaces(text))?.groups;
  return found === undefined ? NaN : timeOfDay(found);
}
const TIME_OF_DAY = new RegExp(`^${CLOCK.replace('[:.]', ':')}${HALF}$`);

/** A number that must be seconds, milliseconds, microseconds or nanoseconds since the epoch, told by its size (1990 to 2100); else NaN. */
export function parseEpoch(value: number): number {
  if (value >= 6e8 && value < 4.2e9) return value * 1000;
  if (value >= 6e11 && value < 4.2e12) return value;
  if (value >= 6e14 && value < 4.2e15) return value / 1e3;
  if (value >= 6e17 && value < 4.2e18) return value / 1e6;
  return NaN;
}

/** Browsers write no-break and narrow spaces into dates and numbers. */
export function plainSpaces(text: string): string {
  return text.replace(/[\u00a0\u2007\u2009\u202f]/g, ' ').replace(/[\u200e\u200f]/g, '');
}

type Parts = Readonly<Record<string, string | undefined>>;

function momentOf(parts: Parts | undefined): number {
  if (parts === undefined) return NaN;
  const month = Number(parts['month']);
  const day = Number(parts['day']);
  if (!(month >= 1 && month <= 12) || !(day >= 1 && day <= 31)) return NaN;
  return Date.UTC(Number(parts['year']), month - 1, day) + timeOfDay(parts) - zoneMs(parts['zone']);
}

function timeOfDay(parts: Parts): number {
  let hour = Number(parts['hour'] ?? 0);
  const minute = Number(parts['minute'] ?? 0);
  const second = Number(parts['second'] ?? 0);
  const half = parts['half'];
  if (hour > 24 || minute > 59 || second > 60 || (half !== undefined && (hour < 1 || hour > 12))) return NaN;
  if (half !== undefined) hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return ((hour * 60 + minute) * 60 + second) * 1000 + Number(`0.${parts['fraction'] ?? '0'}`) * 1000;
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined) return 0;
  const found = /([+-])(\d{1,2}):?(\d{2})?/.exec(zone);
  if (found === null) return (Object.hasOwn(ZONES, zone) ? (ZONES[zone] ?? 0) : 0) * 3_600_000;
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0);
  return (found[1] === '-' ? -minutes : minutes) * 60_000;
}
