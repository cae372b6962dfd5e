import type { Draft } from '../form/draft.ts';
import { isObject } from '../calls/call.ts';

/** A form is a list of these: what a field is called, how it is written, and where it lies in the record. */
export interface FieldSpec {
  /** Dotted for what lies deeper: `environment.platform`. */
  readonly name: string;
  readonly label: string;
  /** `name`: a line that is left out when it is empty. */
  readonly kind: 'line' | 'name' | 'markdown' | 'choice' | 'day' | 'time' | 'list' | 'evidence' | 'number';
  readonly choices?: readonly (readonly [string, string])[];
  readonly required?: boolean;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly rows?: number;
  /** Of a number: what one of the form's unit is in the record's. */
  readonly factor?: number;
  /** Asked only while another field, a choice, is one of these. */
  readonly when?: { readonly field: string; readonly is: readonly string[] };
}

/** The fields that are asked, as the form is filled in. */
export function askedFields(specs: readonly FieldSpec[], draft: Draft): readonly FieldSpec[] {
  return specs.filter(({ when }) => when === undefined || when.is.includes(draft[when.field] ?? ''));
}

/** The record as the text of its fields. */
export function showFields(specs: readonly FieldSpec[], record: object): Draft {
  return Object.fromEntries(specs.map((spec) => [spec.name, showField(spec, valueAt(record, spec.name))]));
}

function showField(spec: FieldSpec, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(String).join(spec.kind === 'evidence' ? ' ' : ', ');
  if (spec.kind === 'day' && typeof value === 'number') return new Date(value).toISOString().slice(0, 10);
  if (spec.kind === 'time' && typeof value === 'number') return localTime(value);
  if (typeof value === 'number') return String(value / (spec.factor ?? 1));
  return typeof value === 'string' ? value : '';
}

/** As a control of date and time has it: in the reader's zone, to the minute. */
function localTime(ms: number): string {
  const zoneMs = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - zoneMs).toISOString().slice(0, 16);
}

/** The text of the fields as a record. Empty days, choices and numbers are left out. */
export function readFields(specs: readonly FieldSpec[], draft: Draft): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const spec of specs) {
    const value = readField(spec, draft[spec.name] ?? '');
    if (value === undefined) continue;
    const [top = '', inner] = spec.name.split('.', 2);
    if (inner === undefined) fields[top] = value;
    else fields[top] = { ...(isObject(fields[top]) ? fields[top] : {}), [inner]: value };
  }
  return fields;
}

function readField(spec: FieldSpec, text: string): unknown {
  switch (spec.kind) {
    case 'line':
      return text.trim();
    case 'markdown':
      return text;
    case 'list':
      return text
        .split(/[,\n]/)
        .map((item) => item.trim())
        .filter(Boolean);
    case 'evidence':
      return text.split(' ').filter(Boolean);
    case 'day':
      return text === '' ? undefined : Date.parse(`${text}T00:00:00Z`);
    case 'time':
      // In the reader's zone, as the control shows it.
      return text === '' ? undefined : new Date(text).getTime();
    case 'number':
      return text.trim() === '' ? undefined : Number(text) * (spec.factor ?? 1);
    case 'name':
    case 'choice':
      return text.trim() === '' ? undefined : text.trim();
  }
}

/** The top-level fields whose values differ: what an edit must send. */
export function changedFields(before: object, after: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = new Map(Object.entries(before));
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(known.get(name))),
  );
}

export function valueAt(record: object, name: string): unknown {
  let value: unknown = record;
  for (const step of name.split('.')) value = isObject(value) ? value[step] : undefined;
  return value;
}

/** Somebody else changed a record meanwhile: field by field, what it was, what it is now, what is in the form. */
export interface FieldConflict {
  readonly label: string;
  readonly was: string;
  readonly isNow: string;
  readonly mine: string;
}

export function conflictsOf(
  specs: readonly FieldSpec[],
  base: object,
  current: object,
  draft: Draft,
): readonly FieldConflict[] {
  const before = showFields(specs, base);
  const now = showFields(specs, current);
  return specs.flatMap(({ name, label }) =>
    before[name] === now[name]
      ? []
      : [{ label, was: before[name] ?? '', isNow: now[name] ?? '', mine: draft[name] ?? '' }],
  );
}

/** Theirs, with what was written here where it differs from what was read: nobody's word is lost. */
export function mergeDraft(specs: readonly FieldSpec[], base: object, current: object, draft: Draft): Draft {
  const before = showFields(specs, base);
  const now = showFields(specs, current);
  return Object.fromEntries(
    specs.map(({ name }) => [name, (draft[name] !== before[name] ? draft[name] : now[name]) ?? '']),
  );
}
