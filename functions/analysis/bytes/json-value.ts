import { AppError } from '../../model/error.ts';
import {
  ARRAY,
  ARRAY_END,
  END,
  FALSE,
  type JsonToken,
  type JsonTokens,
  KEY,
  NEED,
  NUMBER,
  OBJECT,
  OBJECT_END,
  STRING,
  TRUE,
} from './json-tokens.ts';
import type { TextPool } from './text-pool.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

const DEFAULT_NODES = 2_000_000;

/**
 * Builds the value whose first token was just returned: for the small parts of a document that are wanted whole. At most
 * `maxNodes` values (AppError `too-large` beyond). Keys are own properties even when called `__proto__`; of equal keys the
 * last one stays. Where the input ends within, the part that was read is returned.
 */
export async function readJsonValue(
  tokens: JsonTokens,
  first: JsonToken,
  options: { maxNodes?: number; pool?: TextPool } = {},
): Promise<JsonValue> {
  const maxNodes = options.maxNodes ?? DEFAULT_NODES;
  const scalar = (token: JsonToken): JsonValue => {
    if (token === STRING) return tokens.text(options.pool);
    if (token === NUMBER) return tokens.number();
    return token === TRUE || token === FALSE ? token === TRUE : null;
  };
  if (first !== OBJECT && first !== ARRAY) return scalar(first);
  const root: JsonValue = first === ARRAY ? [] : {};
  const stack: JsonValue[] = [root];
  const keys: string[] = [''];
  let nodes = 0;
  while (stack.length > 0) {
    const token = tokens.next();
    if (token === NEED) await tokens.fill();
    else if (token === END) break;
    else if (token === OBJECT_END || token === ARRAY_END) {
      stack.pop();
      keys.pop();
    } else if (token === KEY) keys[keys.length - 1] = tokens.text(options.pool);
    else {
      if (++nodes > maxNodes) {
        throw new AppError(
          'too-large',
          `one part of the JSON has more than ${maxNodes} values (line ${tokens.line}); send a shorter range`,
          { data: { limit: 'jsonNodes' } },
        );
      }
      const opens = token === OBJECT || token === ARRAY;
      const value: JsonValue = opens ? (token === ARRAY ? [] : {}) : scalar(token);
      put(stack[stack.length - 1], keys[keys.length - 1] ?? '', value);
      if (opens) {
        stack.push(value);
        keys.push('');
      }
    }
  }
  return root;
}

function put(into: JsonValue | undefined, key: string, value: JsonValue): void {
  if (Array.isArray(into)) into.push(value);
  else if (typeof into === 'object' && into !== null) {
    if (key === '__proto__') {
      Object.defineProperty(into, key, { value, enumerable: true, writable: true, configurable: true });
    } else into[key] = value;
  }
}

/** The member of an object, or undefined where there is no such own member or the value is no object. */
export function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function elementsOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** Own entries of an object; none for anything else. */
export function entriesOf(value: JsonValue | undefined): [string, JsonValue][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
