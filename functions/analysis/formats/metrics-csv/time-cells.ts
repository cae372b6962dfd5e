import { asciiText, parseDecimal } from '../../bytes/decimal.ts';
import { decodeText } from '../../bytes/text-pool.ts';
import { clockMs, parseEpoch, parseMoment } from '../timestamp.ts';
import type { TimeStyle } from './cells.ts';

const DAY_MS = 86_400_000;
const EXCEL_EPOCH_MS = Date.UTC(1899, 11, 30);
const LONGEST = 90;
/** An hour, and the minutes, seconds and fraction behind it. */
const MINUTES = /(?<!\d)(\d{1,2}:)(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?/;

/**
 * Reads the times of one column. Rows near each other share the day and the hour: a cell is read as text, in whatever notation, where something else
 * than minutes, seconds and fraction differs from the last one that was; the others by their bytes.
 */
export class TimeCells {
  readonly #style: TimeStyle;
  readonly #known = new Uint8Array(LONGEST);
  #length = -1;
  #minutesAt = 0;
  #minutesEnd = 0;
  /** The time of the known cell without what stands between these two. */
  #hourMs = 0;

  constructor(style: TimeStyle) {
    this.#style = style;
  }

  /** Milliseconds by the style of the column; NaN where the cell is no time. */
  read(bytes: Uint8Array, start: number, end: number): number {
    switch (this.#style) {
      case 'moment':
      case 'moment-day-first':
      case 'clock': {
        const timeMs = this.#byBytes(bytes, start, end);
        return timeMs === timeMs ? timeMs : this.#byText(bytes, start, end);
      }
      case 'epoch':
        return parseEpoch(numberOf(bytes, start, end));
      case 'excel':
        return Math.round(EXCEL_EPOCH_MS + numberOf(bytes, start, end) * DAY_MS);
      case 'seconds':
        return numberOf(bytes, start, end) * 1000;
      case 'milliseconds':
      case 'order':
        return numberOf(bytes, start, end);
    }
  }

  #byBytes(bytes: Uint8Array, start: number, end: number): number {
    if (end - start !== this.#length) return NaN;
    const known = this.#known;
    const minutesAt = this.#minutesAt;
    const minutesEnd = this.#minutesEnd;
    for (let i = 0; i < minutesAt; i++) if (bytes[start + i] !== known[i]) return NaN;
    for (let i = minutesEnd; i < this.#length; i++) if (bytes[start + i] !== known[i]) return NaN;
    if (minutesAt === minutesEnd) return this.#hourMs;
    const at = start + minutesAt;
    const minutes = twoDigits(bytes, at);
    if (minutesEnd - minutesAt < 5) return this.#hourMs + minutes * 60_000;
    if (bytes[at + 2] !== known[minutesAt + 2]) return NaN;
    const wholeMs = (minutes * 60 + twoDigits(bytes, at + 3)) * 1000;
    const digits = minutesEnd - minutesAt - 6;
    if (digits < 0) return this.#hourMs + wholeMs;
    if (bytes[at + 5] !== known[minutesAt + 5]) return NaN;
    let fraction = 0;
    for (let i = at + 6; i < start + minutesEnd; i++) {
      const digit = (bytes[i] ?? 0) - 0x30;
      if (!(digit >= 0 && digit <= 9)) return NaN;
      fraction = fraction * 10 + digit;
    }
    return this.#hourMs + wholeMs + fraction / 10 ** (digits - 3);
  }

  #byText(bytes: Uint8Array, start: number, end: number): number {
    const text = decodeText(bytes, start, end);
    const timeMs = this.#parse(text);
    this.#length = -1;
    if (timeMs !== timeMs || end - start > LONGEST) return timeMs;
    this.#known.set(bytes.subarray(start, end));
    this.#length = this.#minutesAt = this.#minutesEnd = end - start;
    this.#hourMs = timeMs;
    // Of the text as bytes: other letters than ASCII take more than one.
    const found = MINUTES.exec(asciiText(bytes, start, end));
    if (found === null) return timeMs;
    const [all, hour = '', minutes = '', seconds = '0', fraction = '0'] = found;
    const otherMinutes = (Number(minutes) + 30) % 60;
    const shiftMs = (otherMinutes - Number(minutes)) * 60_000;
    const other = text.replace(MINUTES, hour + String(otherMinutes).padStart(2, '0') + all.slice(hour.length + 2));
    // Not everything with a colon is a time of day: only what the parser takes for the minutes counts as such.
    if (!(Math.abs(this.#parse(other) - timeMs - shiftMs) < 0.01)) return timeMs;
    this.#minutesAt = found.index + hour.length;
    this.#minutesEnd = found.index + all.length;
    const behindMs = (Number(minutes) * 60 + Number(seconds)) * 1000 + Number(`0.${fraction}`) * 1000;
    this.#hourMs = Math.round(timeMs - behindMs);
    return timeMs;
  }

  #parse(text: string): number {
    return this.#style === 'clock' ? clockMs(text) : parseMoment(text, this.#style === 'moment-day-first');
  }
}

/** Times of day without a date: going back by more than an hour is the next day. */
export class Days {
  #day = 0;
  #lastMs = -Infinity;

  timeOf(clockMs: number): number {
    if (clockMs < this.#lastMs - 3_600_000) this.#day++;
    this.#lastMs = clockMs;
    return clockMs + this.#day * DAY_MS;
  }
}

/** Of minutes or seconds; NaN for anything else. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  return tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

function numberOf(bytes: Uint8Array, start: number, end: number): number {
  const number = parseDecimal(bytes, start, end);
  if (number === number || start === end) return number;
  return Number(decodeText(bytes, start, end).replace(',', '.'));
}
