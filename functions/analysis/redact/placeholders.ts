const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = DIGITS.length;
/** Short texts are many (V8 keeps each single Latin character): where digits end, ideographs go on. */
const FIRST_IDEOGRAPH = 0x4e00;
const IDEOGRAPHS = 20_000;
const NUMBERED_LENGTHS = 1 << 16;

/**
 * What stands for a blanked text: as many units, stars and then a number that runs for each length, so that what was distinct stays
 * distinct and nothing of the text is left but its length and its place in the file.
 */
export class Placeholders {
  /** Texts that got the same placeholder as another, because so few units have too few numbers. */
  shared = 0;
  readonly #next = new Float64Array(NUMBERED_LENGTHS);

  /** `units` above 0; the result has exactly as many. For long ones, `tail` gives the end only. */
  of(units: number): string {
    const number = this.number(units);
    return number.padStart(units, '*');
  }

  /** The running number for this length, at most `units` and at most 12 characters; before it come stars. */
  number(units: number): string {
    const slot = Math.min(units, NUMBERED_LENGTHS - 1);
    let n = this.#next[slot]!++;
    // A star stands before every number, so that no placeholder is the same as a name that stays.
    const capacity = units < 3 ? 0 : BASE ** Math.min(units - 1, 8);
    if (n >= capacity) {
      if (n - capacity < IDEOGRAPHS) return String.fromCharCode(FIRST_IDEOGRAPH + n - capacity);
      this.shared++;
      return '*'.repeat(Math.min(units, 12));
    }
    let text = '';
    do {
      text = DIGITS[n % BASE]! + text;
      n = Math.floor(n / BASE);
    } while (n > 0);
    return text;
  }
}
