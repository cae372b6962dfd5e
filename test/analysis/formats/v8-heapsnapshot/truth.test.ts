import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v8HeapSnapshot } from '../../../../functions/analysis/formats/v8-heapsnapshot/index.ts';
import { Analysis } from '../../../../functions/model/analysis.ts';
import { NODE_VERSIONS, nodeTitle } from '../../../fixtures/installed.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { rowsOf } from '../analyse.ts';
import { makeLeakDumps, type Truth } from './leak-dumps.ts';

/**
 * Programs that leak on purpose and say what they leaked, in every version of Node: each kind of leak at several sizes of one process, which are
 * also the series for a comparison.
 */
interface Leak {
  /** The generator's name of it in its truth file. */
  readonly key: string;
  readonly class: string;
  readonly kind: string;
  /** What the truth file says in prose, in the words of `evidence.holder` and of the steps of `evidence.path`. */
  readonly holder: string;
  readonly vias: RegExp;
  readonly through?: RegExp;
}

const SESSIONS: Leak = {
  key: 'LeakedSession',
  class: 'LeakedSession',
  kind: 'unbounded-cache',
  holder: 'globalThis.__sessionCache (SessionCache).entries (Map)',
  vias: /^ \.__sessionCache \.entries table \[…\]$/,
};
const LISTENERS: Leak = {
  key: 'RequestContext',
  class: 'RequestContext',
  kind: 'listener-leak',
  holder: 'globalThis.__configBus (ConfigBus)._events (Object)["config-changed"] (Array)',
  vias: /^ \.__configBus \._events \["config-changed"\] \[…\] context ctx$/,
  through: /onConfigChanged/,
};
const JOBS: Leak = {
  key: 'PendingJob',
  class: 'PendingJob',
  kind: 'timers-promises',
  holder: 'globalThis.__pending (Object)',
  vias: /^ \.__pending \.(timers|resolvers) \[…\] .*context job$/,
  through: /retryJob|afterJob/,
};
const DOCUMENTS: Leak = {
  key: 'docs',
  class: '{title, status, meta, items}',
  kind: 'unbounded-collection',
  holder: 'globalThis.__docStore (DocumentStore).docs (Array)',
  vias: /^ \.__docStore \.docs \[…\]$/,
};
const LINES: Leak = {
  key: 'lines',
  class: '(string)',
  kind: 'unbounded-collection',
  holder: 'globalThis.__logBuffer (LogBuffer).lines (Array)',
  vias: /^ \.__logBuffer \.lines \[…\]$/,
};

/** Kinds of the generator; leaks in the order of the bytes that they retain. */
const KINDS: readonly (readonly [kind: string, leaks: readonly Leak[]])[] = [
  ['map', [SESSIONS]],
  ['listener', [LISTENERS]],
  ['timer', [JOBS]],
  ['json', [DOCUMENTS]],
  ['bigstr', [LINES]],
  ['mixed', [SESSIONS, DOCUMENTS, LISTENERS, JOBS]],
];
const FIRST = 1000;
const GROWTH = 2000;

interface Evidence {
  readonly class: string;
  readonly instances: number | readonly number[];
  readonly instancesDelta?: number;
  readonly steady?: boolean;
  readonly holder: string;
  readonly kind: string;
  readonly path: readonly { readonly name: string; readonly via: string }[];
}

function findingsOf(analysis: Analysis, rule: string): (Evidence & { fingerprint: string })[] {
  return analysis.findings
    .filter((finding) => finding.rule === rule)
    .map(({ evidence, fingerprint }) => ({ ...(evidence as unknown as Evidence), fingerprint })); // what the rule promises to scripts
}

function expectHeld(evidence: Evidence, leak: Leak): void {
  expect(evidence).toMatchObject({ class: leak.class, kind: leak.kind, holder: leak.holder });
  expect(evidence.path.map(({ via }) => via).join(' ')).toMatch(leak.vias);
  if (leak.through) expect(evidence.path.map(({ name }) => name).join(' ')).toMatch(leak.through);
}

/** Within 1 percent; V8 keeps one object as a pattern for those of a literal. */
function expectCount(instances: unknown, count: number): void {
  expect(Math.abs(Number(instances) - count)).toBeLessThanOrEqual(0.01 * count);
}

const generator = sharedPath('dump-generators', 'leak-node.mjs');

for (const version of NODE_VERSIONS)
  describe.skipIf(generator === undefined || version.executable === undefined)(`leaks of ${nodeTitle(version)}`, () => {
    describe.each(KINDS)('%s', (kind, leaks) => {
      let truth: Truth;
      const read = (index: number): Uint8Array => readFileSync(truth.snapshots[index]!.file);
      beforeAll(async () => {
        truth = await makeLeakDumps(generator ?? '', kind, FIRST, {
          snapshots: kind === 'mixed' || version.executable === process.execPath ? 3 : 2,
          growth: GROWTH,
          ...(version.executable === undefined ? {} : { node: version.executable }),
        });
      });
      afterAll(() => {
        rmSync(dirname(truth.snapshots[0]!.file), { recursive: true });
      });

      it('each is a suspect with its class, count and holder, at each size, under one fingerprint', async () => {
        const fingerprints = new Map<string, Set<string>>();
        for (const [index, { counts, listeners, timers }] of truth.snapshots.entries()) {
          const analysis = Analysis.parse(await v8HeapSnapshot.analyse(sourceOf(read(index)), testRun()));
          if (listeners > 0)
            expect(rowsOf(analysis, 'listeners')[0]?.slice(0, 3)).toEqual(['ConfigBus', 'config-changed', listeners]);
          if (timers > 0)
            expect(rowsOf(analysis, 'timers-promises').find(([name]) => name === 'Timeout')?.[1]).toBe(timers);
          const suspects = findingsOf(analysis, 'heap/suspect');
          for (const leak of leaks) {
            const suspect = suspects.find((one) => one.class === leak.class);
            if (suspect === undefined) expect.fail(`no ${leak.class} among ${suspects.map((one) => one.class).join()}`);
            expectHeld(suspect, leak);
            expectCount(suspect.instances, counts[leak.key]!);
            fingerprints.set(leak.class, (fingerprints.get(leak.class) ?? new Set<string>()).add(suspect.fingerprint));
          }
        }
        for (const [name, found] of fingerprints) expect([...found], name).toHaveLength(1);
      });

      it('the comparison ranks them first, by what they grew', async () => {
        const sources = truth.snapshots.map((_, index) => sourceOf(read(index)));
        const growths = findingsOf(Analysis.parse(await v8HeapSnapshot.compare?.(sources, testRun())), 'heap/growth');
        expect(growths.slice(0, leaks.length).map((growth) => growth.class)).toEqual(leaks.map((leak) => leak.class));
        for (const [rank, leak] of leaks.entries()) {
          const growth = growths[rank]!;
          const counts = truth.snapshots.map((snapshot) => snapshot.counts[leak.key]!);
          expectHeld(growth, leak);
          expect(growth.steady).toBe(true);
          expect(growth.instancesDelta).toBe(counts.at(-1)! - counts[0]!);
          for (const [index, count] of counts.entries()) expectCount((growth.instances as number[])[index], count);
        }
      });
    });
  });
