import { AppError } from '../../../model/error.ts';
import { ARRAY_END, END, type JsonTokens, KEY, NEED, NUMBER, OBJECT_END, STRING } from '../../bytes/json-tokens.ts';
import type { TextPool } from '../../bytes/text-pool.ts';
import { setLabel } from '../labels.ts';

const MAX_NUMBERS = 4_000_000;
const MAX_TEXTS = 20;

/** The string members of the object just entered. */
export async function readLabels(tokens: JsonTokens, pool: TextPool): Promise<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (;;) {
    const token = tokens.next();
    if (token === NEED) await tokens.fill();
    else if (token === END || token === OBJECT_END) return labels;
    else if (token === KEY) {
      const name = tokens.text(pool);
      const value = await tokens.pull();
      if (value === STRING) setLabel(labels, name, tokens.text(pool));
      else if (!(await tokens.skip(value))) return labels;
    }
  }
}

/** The numbers of the array just entered. */
export async function readNumbers(tokens: JsonTokens): Promise<number[]> {
  const numbers: number[] = [];
  for (;;) {
    const token = tokens.next();
    if (token === NEED) await tokens.fill();
    else if (token === END || token === ARRAY_END) return numbers;
    else if (token === NUMBER) addNumber(numbers, tokens.number());
    else if (!(await tokens.skip(token))) return numbers;
  }
}

/** The first strings of the array just entered, cut to a length that a warning may have. */
export async function readStrings(tokens: JsonTokens, into: string[]): Promise<void> {
  for (;;) {
    const token = tokens.next();
    if (token === NEED) await tokens.fill();
    else if (token === END || token === ARRAY_END) return;
    else if (token === STRING) {
      if (into.length < MAX_TEXTS) into.push(tokens.text().slice(0, 500));
    } else if (!(await tokens.skip(token))) return;
  }
}

export function addNumber(numbers: number[], value: number): void {
  if (numbers.length >= MAX_NUMBERS) {
    throw new AppError(
      'too-large',
      `one series has more than ${MAX_NUMBERS} values in one array; export a shorter range`,
    );
  }
  numbers.push(value);
}

/** `NaN`, `+Inf`, ... or a number; NaN for anything else. */
export function valueOfText(text: string): number {
  const bare = text.replace(/^[+-]/, '');
  if (bare === 'Inf' || bare === 'inf' || bare === 'Infinity') return text.startsWith('-') ? -Infinity : Infinity;
  return text === '' ? NaN : Number(text);
}

/** The name of a series, or `unnamed` where the query left none, and its other labels. */
export function nameOf(
  labels: Record<string, string>,
  unnamed = 'value',
): { metric: string; rest: Record<string, string> } {
  const { __name__: metric = unnamed, ...rest } = labels;
  return { metric, rest };
}

/** The one metric that a query speaks of, where it does nothing to its values but to add or pick them; undefined for others. */
export function metricOfQuery(query: string): string | undefined {
  if (query.length > 2000) return undefined;
  const bare = query.replace(/\{[^{}]*\}|\b(?:by|without)\s*\([^()]*\)/g, '').replace(/\s/g, '');
  const found = /^(?:(?:sum|max|min|avg)\()*\(*([a-zA-Z_:][\w:]{2,199})\)*$/.exec(bare);
  return found?.[1];
}
