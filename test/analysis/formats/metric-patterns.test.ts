import { expect, it } from 'vitest';
import { ANALYSERS } from '../../../functions/analysis/registry.ts';
import { isAppError } from '../../../functions/model/error.ts';
import { bytesOf, chunked, testRun } from './analyse.ts';

/**
 * Lines that make a careless pattern try every split of a run: with a quadratic one, a run of a megabyte takes minutes, and
 * the test fails by its own time limit.
 */
const N = 1_000_000;
const runs: readonly (readonly [string, string])[] = [
  ['blanks inside of a line', `a${' '.repeat(N)}x`],
  ['digits that end in a letter', `m ${'1'.repeat(N)}x\n# EOF\n`],
  ['underscores', `${'_'.repeat(N)}x`],
  ['dashes', `x${'-'.repeat(N)}y`],
  ['colons', `a${':'.repeat(N)}b 1`],
  ['commas behind a time', `2026-01-01 00:00:00${','.repeat(N)}\u2028x`],
  ['digits in a total', `Total: reserved=1KB +${'1'.repeat(N)}x, committed=2KB`],
  ['quotes', `m{a="${'\\'.repeat(N)}"} 1`],
  ['braces', '{'.repeat(N)],
  ['brackets', '[{'.repeat(N / 2)],
  ['quoted cells', `a,b\n${'"",'.repeat(N / 3)}`],
  ['closing brackets', `rss: 1 ${'} '.repeat(N / 2)}x`],
];
const short = runs.map(
  ([what, text]) => [`${what}, again and again`, `${text.slice(0, 2000)}${text.slice(-20)}\n`.repeat(1000)] as const,
);

it.each([...runs, ...short])('%s are read in one go', async (_, text) => {
  const bytes = bytesOf(text);
  for (const analyser of ANALYSERS) {
    expect(['yes', 'maybe', 'no']).toContain(analyser.detect(bytes.subarray(0, 65_536), 'file'));
    try {
      await analyser.analyse(chunked(bytes, 65_536), testRun());
    } catch (error) {
      if (!isAppError(error)) throw error;
    }
  }
});
