let dayBytes = -1;
let dayMs = NaN;

/**
 * `2014-04-01 00:05:00`, with T or a blank, with a fraction and with or without Z, straight from bytes; NaN for every
 * other shape (the caller then tries the slow way). The date of the last call is remembered: rows of a table share it.
 */
export function fastMoment(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 19) return NaN;
  const d = (at: number): number => {
    const digit = (bytes[start + at] ?? 0) - 0x30;
    return digit >= 0 && digit <= 9 ? digit : NaN;
  };
  const separator = bytes[start + 10];
  if (bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d || (separator !== 0x20 && separator !== 0x54)) return NaN;
  if (bytes[start + 13] !== 0x3a || bytes[start + 16] !== 0x3a) return NaN;
  const date = ((((((d(0) * 10 + d(1)) * 10 + d(2)) * 10 + d(3)) * 10 + d(5)) * 10 + d(6)) * 10 + d(8)) * 10 + d(9);
  const hour = d(11) * 10 + d(12);
  const minute = d(14) * 10 + d(15);
  const second = d(17) * 10 + d(18);
  if (!(hour < 24 && minute < 60 && second < 61 && date > 0)) return NaN;
  let millis = 0;
  let at = start + 19;
  if (at < end && (bytes[at] === 0x2e || bytes[at] === 0x2c)) {
    let digits = 0;
    let fraction = 0;
    for (at++; at < end && digits < 9; at++, digits++) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (!(digit >= 0 && digit <= 9)) break;
      fraction = fraction * 10 + digit;
    }
    if (digits === 0) return NaN;
    millis = fraction / 10 ** (digits - 3);
  }
  if (at < end && bytes[at] === 0x5a) at++;
  if (at !== end) return NaN;
  if (date !== dayBytes) {
    const month = Math.floor(date / 100) % 100;
    const day = date % 100;
    if (month < 1 || month > 12 || day < 1 || day > 31) return NaN;
    dayMs = Date.UTC(Math.floor(date / 10_000), month - 1, day);
    dayBytes = date;
  }
  return dayMs + ((hour * 60 + minute) * 60 + second) * 1000 + millis;
}
