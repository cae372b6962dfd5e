import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { v8HeapSnapshot } from '../../../../functions/analysis/formats/v8-heapsnapshot/index.ts';
import type { Finding } from '../../../../functions/model/analysis.ts';
import { sourceOf, testRun } from '../../test-run.ts';

async function suspectsOf(program: string, count: number): Promise<Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'program-'));
  const out = join(folder, 'heap');
  const script = join(import.meta.dirname, 'program.ts');
  execFileSync(process.execPath, ['--expose-gc', script, program, String(count), out], { stdio: 'pipe' });
  const { findings } = await v8HeapSnapshot.analyse(sourceOf(readFileSync(out)), testRun());
  rmSync(folder, { recursive: true });
  return findings.filter(({ rule }) => rule === 'heap/suspect');
}

describe('suspects of programs in Node', () => {
  it.each([
    ['registry', 'unbounded-cache', 'held by the variable registry.byId (a Map)'],
    ['own-list', 'undrained-queue', 'held by the variable queue.head (the first of a list)'],
    ['interval', 'timers-promises', 'held by the variable timerListMap (a TimersList)'],
    ['listener', 'listener-leak', 'held by the variable bus._events.change (an Array)'],
  ])(
    '%s: names the sessions, who has them, and the same leak at another size',
    async (program, kind, held) => {
      const [small, large] = [await suspectsOf(program, 3000), await suspectsOf(program, 9000)];
      for (const [finding, count] of [
        [small[0], 3000],
        [large[0], 9000],
      ] as const) {
        expect(finding).toMatchObject({ severity: 'warning', evidence: { class: 'Session', kind, instances: count } });
        expect(finding?.title).toMatch(
          /^[\d,]+ Session objects keep [\d.]+ MB alive \([\d.]+ % of the program's data\), /,
        );
        expect(finding?.title.endsWith(`), ${held}`), finding?.title).toBe(true);
      }
      expect(small[0]?.fingerprint).toBe(large[0]?.fingerprint);
    },
    60_000,
  );

  it.each([
    ['healthy', 100],
    ['healthy', 100_000],
    ['healthy-limit', 3000],
    ['healthy-limit', 60_000],
    ['healthy-parts', 3000],
    ['healthy-parts', 30_000],
  ])(
    '%s, %d requests: nothing above a note',
    async (program, count) => {
      const findings = await suspectsOf(program, count);
      expect(findings.filter(({ severity }) => severity !== 'note').map(({ title }) => title)).toEqual([]);
    },
    60_000,
  );
});
