import { entriesOf, type JsonValue, member, textOf } from '../../bytes/json-value.ts';
import { setLabel } from '../labels.ts';

/** What the type of a field says of its values; `any` where that shows only in the values: numbers are samples, texts name the series of their rows. */
export type FieldKind = 'time' | 'number' | 'any';

/** What a data frame says of one of its columns. */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly labels: Readonly<Record<string, string>>;
  readonly unit: string;
  /** What one is in the unit. */
  readonly scale: number;
}

/** Units that Grafana names, in the words of the model. https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
const UNITS: Readonly<Record<string, string>> = {
  percent: '%',
  percentunit: 'ratio',
  s: 's',
  ms: 'ms',
  short: '',
};

/** Units of data that values are given in: what one of them is in bytes. */
const BYTES: Readonly<Record<string, number>> = {
  bytes: 1, kbytes: 2 ** 10, mbytes: 2 ** 20, gbytes: 2 ** 30, tbytes: 2 ** 40,
  decbytes: 1, deckbytes: 1e3, decmbytes: 1e6, decgbytes: 1e9, dectbytes: 1e12,
}; // prettier-ignore

/** From an element of `fields`, without its values. */
export function fieldOf(field: JsonValue): Field {
  const config = member(field, 'config');
  const shown = textOf(member(config, 'displayNameFromDS')) ?? textOf(member(config, 'displayName'));
  const name = textOf(member(field, 'name')) ?? '';
  const unit = textOf(member(config, 'unit')) ?? '';
  const labels: Record<string, string> = {};
  for (const [label, value] of entriesOf(member(field, 'labels'))) {
    if (typeof value === 'string') setLabel(labels, label, value);
  }
  return {
    name: /^value(?: #\w+)?$/i.test(name) && shown !== undefined ? shown : name,
    kind: fieldKind(name, textOf(member(field, 'type')) ?? ''),
    labels,
    unit: Object.hasOwn(BYTES, unit) ? 'bytes' : Object.hasOwn(UNITS, unit) ? (UNITS[unit] ?? '') : unit.slice(0, 24),
    scale: Object.hasOwn(BYTES, unit) ? (BYTES[unit] ?? 1) : 1,
  };
}

/** From an element of the `columns` of a table. */
export function fieldOfColumn(column: JsonValue): Field {
  return plainField(textOf(member(column, 'text')) ?? '', textOf(member(column, 'type')) ?? '');
}

export function plainField(name: string, type: string): Field {
  return { name, kind: fieldKind(name, type), labels: {}, unit: '', scale: 1 };
}

function fieldKind(name: string, type: string): FieldKind {
  if (type === 'time' || (type === '' && /^time$/i.test(name))) return 'time';
  return type === 'number' ? 'number' : 'any';
}
