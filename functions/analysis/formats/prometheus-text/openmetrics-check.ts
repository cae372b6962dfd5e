import type { Complaints } from '../complaints.ts';
import { OpenMetricsFamily, RESERVED, SUFFIXES } from './openmetrics-family.ts';
import { readStrictSample } from './openmetrics-line.ts';

const MAX_NAMES = 50_000;

/**
 * Says where a text that claims to be OpenMetrics breaks the standard: what a careful scraper would refuse is read here
 * all the same, and each breach becomes a warning with its line. Fed with lines in order, once each.
 */
export class OpenMetricsCheck {
  readonly #complaints: Complaints;
  /** Names that families have taken, with the family that took them. */
  readonly #taken = new Map<string, string>();
  #family: OpenMetricsFamily | undefined;
  #ended = false;
  #line = 0;

  constructor(complaints: Complaints) {
    this.#complaints = complaints;
  }

  line(text: string, line: number): void {
    this.#line = line;
    if (this.#ended) {
      this.#complain('text behind # EOF; it was read as the next scrape');
      this.#ended = false;
      this.#closeFamily();
      this.#taken.clear();
    }
    if (text.startsWith('#')) this.#comment(text);
    else if (text.trim() === '') this.#complain('a blank line');
    else this.#sample(text);
  }

  finish(): void {
    this.#closeFamily();
  }

  #sample(text: string): void {
    const sample = readStrictSample(text);
    if (typeof sample === 'string') return this.#complain(sample);
    if (this.#family?.owns(sample.name) !== true) this.#openFamily(sample.name);
    for (const fault of this.#family?.add(sample) ?? []) this.#complain(fault);
  }

  #comment(text: string): void {
    if (text === '# EOF') {
      this.#closeFamily();
      this.#ended = true;
      return;
    }
    const found = /^# (TYPE|HELP|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(text);
    if (found === null)
      return this.#complain('a # line that is no TYPE, HELP, UNIT or EOF of one name and one space each');
    const [, keyword, name = '', rest = ''] = found;
    if (this.#family?.name !== name) this.#openFamily(name);
    const family = this.#family;
    if (family === undefined) return;
    if (family.samples > 0) this.#complain(`${keyword} behind the samples of its family`);
    if (keyword === 'TYPE') this.#type(family, rest);
    else if (keyword === 'UNIT') this.#unit(family, rest);
    else {
      if (family.helped) this.#complain('HELP twice for one family');
      family.helped = true;
    }
  }

  #type(family: OpenMetricsFamily, type: string): void {
    if (family.typed) this.#complain('TYPE twice for one family');
    if (!Object.hasOwn(SUFFIXES, type)) return this.#complain(`a TYPE that does not exist: ${type.slice(0, 40)}`);
    family.typed = true;
    family.type = type;
    this.#checkUnit(family);
    for (const suffix of RESERVED[type] ?? []) this.#take(family.name + suffix, family.name);
  }

  #unit(family: OpenMetricsFamily, unit: string): void {
    if (family.unit !== undefined) this.#complain('UNIT twice for one family');
    family.unit = unit;
    this.#checkUnit(family);
  }

  #checkUnit(family: OpenMetricsFamily): void {
    const { unit } = family;
    if (unit === undefined || unit === '') return;
    if (!family.name.endsWith(`_${unit}`)) this.#complain('a UNIT that the name does not end in');
    if (family.type === 'info' || family.type === 'stateset') this.#complain(`a UNIT for type ${family.type}`);
  }

  #openFamily(name: string): void {
    this.#closeFamily();
    this.#family = new OpenMetricsFamily(name);
    this.#take(name, name, true);
  }

  #take(name: string, family: string, fresh = false): void {
    const owner = this.#taken.get(name);
    if (owner !== undefined && (fresh || owner !== family)) {
      this.#complain(
        owner === family
          ? 'a family whose lines are not together'
          : `name ${name.slice(0, 80)} clashes with family ${owner.slice(0, 80)}`,
      );
    }
    if (this.#taken.size < MAX_NAMES) this.#taken.set(name, family);
  }

  #closeFamily(): void {
    for (const fault of this.#family?.finish() ?? []) this.#complain(fault);
    this.#family = undefined;
  }

  #complain(what: string): void {
    this.#complaints.add(`not valid OpenMetrics: ${what}`, this.#line);
  }
}
