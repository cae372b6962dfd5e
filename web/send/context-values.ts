import type { Context } from '../../functions/model/analysis.ts';
import { formatLimit } from '../draw/format.ts';

/** The fields of the context as the form shows and reads them. */
export interface ContextField {
  readonly name: keyof Context;
  readonly label: string;
  readonly placeholder?: string;
  readonly type?: 'text' | 'datetime-local';
}

/** Asked first; the rest is behind "more". */
export const MAIN_FIELDS: readonly ContextField[] = [
  { name: 'version', label: 'Version', placeholder: '2.13.3' },
  { name: 'pod', label: 'Pod', placeholder: 'worker-7c9f…' },
  { name: 'container', label: 'Container' },
  { name: 'memoryLimitBytes', label: 'Memory limit', placeholder: '2 GiB' },
  { name: 'capturedAtMs', label: 'Captured at', type: 'datetime-local' },
  { name: 'workload', label: 'Workload', placeholder: 'what it was doing: 40 runs an hour, …' },
];
export const MORE_FIELDS: readonly ContextField[] = [
  { name: 'product', label: 'Product' },
  { name: 'runtime', label: 'Runtime', placeholder: 'node, jvm, beam' },
  { name: 'runtimeVersion', label: 'Runtime version' },
  { name: 'cluster', label: 'Cluster' },
  { name: 'namespace', label: 'Namespace' },
];

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** `2Gi`, `2 GiB`, `512M`, `1.5 gb`, `2147483648`, as Kubernetes and people write it. */
export function parseBytes(text: string): number | undefined {
  const match = /^\s*(\d{1,16}(?:[.,]\d{1,6})?)\s*(?:([kmgt]i?)?b?)\s*$/i.exec(text);
  const unit = UNITS[(match?.[2] ?? '').toLowerCase()];
  if (!match?.[1] || unit === undefined) return undefined;
  const bytes = Math.round(Number(match[1].replace(',', '.')) * unit);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** What the field shows for a value. */
export function showValue(field: ContextField, value: Context[keyof Context]): string {
  if (value === undefined) return '';
  if (field.name === 'memoryLimitBytes' && typeof value === 'number') return formatLimit(value);
  if (field.name === 'capturedAtMs' && typeof value === 'number') return localDateTime(value);
  return String(value);
}

/** The value of what was typed; `fault` says what is wrong with it. */
export function readValue(field: ContextField, text: string): { value?: Context[keyof Context]; fault?: string } {
  const trimmed = text.trim();
  if (trimmed === '') return {};
  if (field.name === 'memoryLimitBytes') {
    const value = parseBytes(trimmed.replace('\u202f', ' '));
    return value === undefined ? { fault: 'A number and a unit: 2 GiB, 512M.' } : { value };
  }
  if (field.name === 'capturedAtMs') {
    const value = new Date(trimmed).getTime();
    return Number.isFinite(value) && value >= 0 ? { value } : { fault: 'A day and a time.' };
  }
  const most = field.name === 'workload' ? 4000 : 300;
  return trimmed.length > most ? { fault: `At most ${most} characters.` } : { value: trimmed };
}

/** What `<input type="datetime-local">` takes: the reader's zone, to the second. */
export function localDateTime(ms: number): string {
  const date = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 19);
}
