import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseMetricsCsv } from '../../../../functions/analysis/formats/metrics-csv/parse.ts';
import { memorySource } from '../../../../functions/analysis/bytes/memory-source.ts';
import { testRun } from '../../test-run.ts';

const T0 = 1_760_000_000;

/** What a table says, in whatever order it says it. */
async function read(lines: readonly string[]) {
  const source = memorySource([new TextEncoder().encode(`${lines.join('\n')}\n`)]);
  const { samples } = await parseMetricsCsv(source, testRun());
  const said = samples.series.map(({ metric, labels, timesMs, values }) => [
    `${metric} ${JSON.stringify(Object.entries(labels).sort())}`,
    [...timesMs],
    [...values],
  ]);
  return said.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
/** Written plainly, in quotes, or with a blank around it, as `how` says. */
const written = (cell: string, how: number): string =>
  /[",]/.test(cell) ? quoted(cell) : how < 4 ? cell : how < 7 ? quoted(cell) : ` ${cell}`;

const HOW = fc.array(fc.nat(7), { minLength: 7, maxLength: 7 });
const VALUE = fc.constantFrom('0', '17', '123456789', '12345678901234567890', '1.5', '-3', '1e6', '', 'null', '5 MiB');
const POD = fc.constantFrom('a', 'app-1', 'app-10', 'say "hi"', 'x,y');

it('a long table says the same when its columns stand in another order, however its cells are written', async () => {
  const row = fc.tuple(fc.nat(3), fc.constantFrom('rss', 'rss_bytes', 'cache'), POD, VALUE, VALUE, HOW);
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 70, maxLength: 150 }), async (rows) => {
      let time = T0;
      const cells = rows.map(([step, ...rest]) => [String((time += step + 1)), ...rest] as const);
      const lines = cells.map(([at, metric, pod, used, free, how]) =>
        [at, metric, pod, used, free].map((cell, i) => written(cell, how[i] ?? 0)).join(','),
      );
      const turned = cells.map(([at, metric, pod, used, free]) => [quoted(pod), used, at, metric, free].join(','));
      const one = await read(['time,metric,pod,used,free', ...lines]);
      expect(one).toEqual(await read(['pod,used,time,metric,free', ...turned]));
      expect(one.length).toBeGreaterThan(1);
    }),
    { numRuns: 30, endOnFailure: true },
  );
});

it('a table with a column a series says the same in quotes, and with its newest row first', async () => {
  const row = fc.tuple(VALUE, VALUE, VALUE, HOW);
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 300, maxLength: 700 }), async (rows) => {
      const table = (how: (given: readonly number[], i: number) => number): string[] =>
        rows.map(([a, b, c, given], k) =>
          [String(T0 + 15 * k), a, b, c].map((cell, i) => written(cell, how(given, i))).join(','),
        );
      const head = 'time,a,b,c';
      const plain = await read([head, ...table(() => 0)]);
      expect(plain).toHaveLength(3);
      expect(await read([head, ...table((given, i) => given[i] ?? 0)])).toEqual(plain);
      expect(await read([head, ...table(() => 5).reverse()])).toEqual(plain);
    }),
    { numRuns: 30, endOnFailure: true },
  );
});
