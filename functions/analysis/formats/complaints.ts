const MAX_KINDS = 40;

/** Collects what is wrong with single lines or records: each reason once, with its first place and how often it was met. */
export class Complaints {
  readonly #counts = new Map<string, { first: number; count: number }>();
  readonly #place: string;
  #others = 0;

  /** `place` is what the numbers count: `line`, `record`. */
  constructor(place: string) {
    this.#place = place;
  }

  get size(): number {
    return this.#counts.size;
  }

  add(reason: string, at: number): void {
    const short = reason.length > 300 ? `${reason.slice(0, 299)}…` : reason;
    const known = this.#counts.get(short);
    if (known !== undefined) known.count++;
    else if (this.#counts.size < MAX_KINDS) this.#counts.set(short, { first: at, count: 1 });
    else this.#others++;
  }

  warnings(): string[] {
    const warnings: string[] = [];
    for (const [reason, { first, count }] of this.#counts) {
      warnings.push(`${this.#place} ${first}: ${reason}${count > 1 ? ` (and ${count - 1} more)` : ''}`);
    }
    if (this.#others > 0) warnings.push(`${this.#others} further complaints of other kinds`);
    return warnings;
  }
}
