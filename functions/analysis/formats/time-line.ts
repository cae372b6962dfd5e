import { clockMs, parseEpoch, parseMoment } from './timestamp.ts';

const DECORATION = /^[\s#=*>[\](<-]+|[\s#=*<[\])>:-]+$/g;
const CAPTION =
  /^(?:date|time|timestamp|(?:captured?|scraped?|sampled?|collected|fetched|recorded|taken)(?: (?:at|on))?|at|now|ts)\s*[:=]?\s+/i;
const WATCHED = /([A-Z][a-z]{2} [A-Z][a-z]{2}\s+\d{1,2} \d{2}:\d{2}:\d{2}(?: [A-Z]{3,5})? \d{4})$/;
const PREFIX =
  /^\[?(\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:Z|UTC|[+-]\d{2}:?\d{2})?|\d{10}(?:\.\d{1,9})?|\d{13})\]?[\s,;|:]+(\S[^]*)$/;

/** The time of a line that holds nothing else: `2026-05-04T10:00:00Z`, `=== Mon May  4 10:00:00 UTC 2026 ===`, `1777888800`, the head line of `watch`. NaN for others. */
export function timeOfLine(text: string): number {
  if (text.length > 200) return NaN;
  // `new Date().toString()` ends in a bracket that is no decoration: `GMT+0100 (Central European Standard Time)`.
  const ends = /\([A-Za-z ]{3,60}\)$/.test(text) ? 1 : 0;
  const undecorated = text.trim().replace(DECORATION, '');
  const bare = `${undecorated}${')'.repeat(ends)}`.replace(CAPTION, '');
  if (/^\d{10}(?:\.\d{1,9})?$|^\d{13}$/.test(bare)) return parseEpoch(Number(bare));
  const moment = parseMoment(bare);
  if (!Number.isNaN(moment)) return moment;
  const watched = text.startsWith('Every ') ? WATCHED.exec(text.trim())?.[1] : undefined;
  return watched === undefined ? NaN : parseMoment(watched);
}

/** The time of day of a line that holds nothing else, as `date +%T` prints it, in milliseconds; NaN for others. */
export function clockOfLine(text: string): number {
  if (text.length > 60) return NaN;
  const bare = text.trim().replace(DECORATION, '').replace(CAPTION, '');
  return /^\d{1,2}:\d{2}:\d{2}/.test(bare) ? clockMs(bare) : NaN;
}

/** True for a line that only says when. */
export function isTimeLine(text: string): boolean {
  return !Number.isNaN(timeOfLine(text)) || !Number.isNaN(clockOfLine(text));
}

/** Splits `2026-05-04T10:00:00Z rest` or `1777888800 rest`; timeMs is NaN, and rest the whole, where no time leads. */
export function splitTime(text: string): { timeMs: number; rest: string } {
  const found = text.length > 4000 ? null : PREFIX.exec(text);
  if (found === null) return { timeMs: NaN, rest: text };
  const [, time = '', rest = ''] = found;
  const timeMs = /^\d+(?:\.\d+)?$/.test(time) ? parseEpoch(Number(time)) : parseMoment(time.trim());
  return Number.isNaN(timeMs) ? { timeMs, rest: text } : { timeMs, rest };
}

const CLOCK_PREFIX =
  /^\[?(?:[A-Z][a-z]{2} {1,2}\d{1,2} )?(\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:\s?[AP]M)?)\]?[\s,;|]+(\S[^]*)$/i;

/** Splits `10:00:00 rest` or `May 04 10:00:00 rest` (`ts`, syslog: no year, so the time of day is all that is taken); undefined where no time of day leads. */
export function splitClock(text: string): { clock: string; rest: string } | undefined {
  const [, clock = '', rest = ''] = (text.length > 4000 ? null : CLOCK_PREFIX.exec(text)) ?? [];
  return Number.isNaN(clockOfLine(clock)) ? undefined : { clock, rest };
}

/** The line without the date or time of day in front of it. */
export function afterTime(text: string): string {
  return splitTime(splitClock(text)?.rest ?? text).rest;
}

const INSIDE =
  /(?<![\d.])(?:(?:\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{4})[T ,]{1,2}\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AP]M)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?|(?<=\bt(?:s|ime|imestamp)=)(?:\d{10}(?:\.\d{1,9})?|\d{13})(?!\d))/;

/** The first moment among the words that a logger puts before its message: `[Nest] 7 - 05/04/2026, 10:00:00 AM LOG`, `level=info ts=1777888800`. NaN for none. */
export function momentIn(text: string): number {
  const found = INSIDE.exec(text.slice(0, 300))?.[0] ?? '';
  return /^\d+(?:\.\d+)?$/.test(found) ? parseEpoch(Number(found)) : parseMoment(found);
}
