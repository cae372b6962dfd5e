import { ARRAY_END, END, type JsonTokens, KEY, NEED, NUMBER, OBJECT, OBJECT_END } from '../../bytes/json-tokens.ts';
import type { TextPool } from '../../bytes/text-pool.ts';
import type { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import { nameOf, readLabels, valueOfText } from './parts.ts';

/**
 * The values of one family of the JSON exposition that client libraries of 2013 wrote, whose array was just entered:
 * `[{"labels": {...}, "value": 25}, ...]`; the quantiles of a summary are an object of strings. There are no times.
 * Returns how many labels have a name that none may have: the format knew no quotes, so the text was damaged.
 */
export async function readFamily(
  tokens: JsonTokens,
  pool: TextPool,
  builder: SampleSetBuilder,
  base: Record<string, string>,
  type: string,
): Promise<number> {
  const add = (own: Record<string, string>, kind: string, value: number): void => {
    const { metric, rest } = nameOf({ ...base, ...own });
    const known = kind === 'counter' || kind === 'gauge' || kind === 'part' ? kind : undefined;
    builder.pushUntimed(builder.series(metric, rest, { kind: known }), 0, value);
  };
  let labels: Record<string, string> = {};
  let badNames = 0;
  for (;;) {
    const token = tokens.next();
    if (token === NEED) await tokens.fill();
    else if (token === END || token === ARRAY_END) return badNames;
    else if (token === OBJECT_END) labels = {};
    else if (token === KEY) {
      const key = tokens.text(pool);
      const value = await tokens.pull();
      if (key === 'labels' && value === OBJECT) {
        labels = await readLabels(tokens, pool);
        for (const name of Object.keys(labels)) if (!/^[a-zA-Z_]\w*$/.test(name)) badNames++;
      } else if (key === 'value' && value === NUMBER) add(labels, type, tokens.number());
      else if (key === 'value' && value === OBJECT) {
        for (const [quantile, text] of Object.entries(await readLabels(tokens, pool))) {
          add({ ...labels, quantile }, 'part', valueOfText(text));
        }
      } else if (!(await tokens.skip(value))) return badNames;
    }
  }
}
