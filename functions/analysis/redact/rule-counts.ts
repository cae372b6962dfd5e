import type { Placeholders } from './placeholders.ts';
import { mayHoldSecret, RULE_TITLES, scanSecrets, type ScanOptions } from './secrets.ts';
import type { RedactionReport } from './report.ts';

/** Scans texts and counts what it finds, by rule. */
export class RuleCounts {
  readonly #options: ScanOptions;
  readonly #contents = new Map<string, number>();
  readonly #names = new Map<string, number>();

  constructor(options: ScanOptions) {
    this.#options = options;
  }

  /** A text that is blanked whole. */
  countContent(text: string): void {
    if (!mayHoldSecret(text, this.#options)) return;
    for (const { rule } of scanSecrets(text, this.#options)) count(this.#contents, rule);
  }

  /** A name without the secrets in it: the same length, secrets numbered so that distinct names stay distinct. */
  cutOutOf(name: string, placeholders: Placeholders, more: ScanOptions = {}): string {
    const options = { ...this.#options, ...more, randomIds: true };
    if (!mayHoldSecret(name, options)) return name;
    let text = '';
    let done = 0;
    for (const { rule, start, end } of scanSecrets(name, options)) {
      count(this.#names, rule);
      text += name.slice(done, start) + placeholders.of(end - start);
      done = end;
    }
    return done === 0 ? name : text + name.slice(done);
  }

  countName(rule: string): void {
    count(this.#names, rule);
  }

  report(): RedactionReport['rules'] {
    return [...RULE_TITLES].flatMap(([rule, title]) => {
      const inContents = this.#contents.get(rule) ?? 0;
      const inNames = this.#names.get(rule) ?? 0;
      return inContents + inNames === 0 ? [] : [{ rule, title, inContents, inNames }];
    });
  }
}

function count(counts: Map<string, number>, rule: string): void {
  counts.set(rule, (counts.get(rule) ?? 0) + 1);
}
