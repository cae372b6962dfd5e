import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hprof } from '../../../../functions/analysis/formats/hprof/index.ts';
import { Analysis } from '../../../../functions/model/analysis.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { analyseDump, dumpBytes, factOf, histogramOf } from './analyse-dump.ts';
import { compileGenerator, jdk, type LeakDump, makeLeakDump } from './leak-dumps.ts';

/** A Java program that leaks in four ways and says what it leaked: with and without compressed pointers, live objects and all, at several sizes. */
interface Leak {
  readonly class: string;
  readonly kind: string;
  /** What the truth file says in prose, in the words of `evidence.holder` and of the steps of `evidence.path`. */
  readonly holder: RegExp;
  readonly path: RegExp;
}

const ORDERS: Leak = {
  class: 'LeakJava$CachedOrder',
  kind: 'unbounded-cache',
  holder: /^static LeakJava\.ORDER_CACHE \(java\.util\.HashMap\)$/,
  path: /^class LeakJava; static ORDER_CACHE java\.util\.HashMap; \.table java\.util\.HashMap\$Node\[\]; \[…\] java\.util\.HashMap\$Node; \.value LeakJava\$CachedOrder$/,
};
const SCOPES: Leak = {
  class: 'LeakJava$RequestScope',
  kind: 'thread-local',
  holder: /^java\.lang\.Thread "worker-\d"/,
  path: /^java\.lang\.Thread "worker-\d"; \.threadLocals java\.lang\.ThreadLocal\$ThreadLocalMap; \.table .*; \[…\] java\.lang\.ThreadLocal\$ThreadLocalMap\$Entry of LeakJava\.TL; \.value java\.util\.ArrayList; .*LeakJava\$RequestScope$/,
};
const CONNECTIONS: Leak = {
  class: 'LeakJava$LeakyConnection',
  kind: 'unclosed-resources',
  holder: /^static LeakJava\.POOL \(LeakJava\$ConnectionPool\)\.open \(java\.util\.ArrayList\)$/,
  path: /^class LeakJava; static POOL LeakJava\$ConnectionPool; \.open java\.util\.ArrayList; .*LeakJava\$LeakyConnection$/,
};
const PLUGINS: Leak = {
  class: 'LeakJava$Plugin',
  kind: 'class-loader',
  holder: /^static LeakJava\.PLUGIN_REGISTRY \(java\.util\.ArrayList\)$/,
  path: /^class LeakJava; static PLUGIN_REGISTRY java\.util\.ArrayList; .*LeakJava\$Plugin$/,
};
const LEAKS = [ORDERS, SCOPES, CONNECTIONS, PLUGINS];

const SIZES = [2000, 8000, 24_000];
const LANES = [
  ['compressed pointers, live', 'live', ['-XX:+UseCompressedOops'], SIZES],
  ['compressed pointers, all', 'all', ['-XX:+UseCompressedOops'], SIZES],
  ['plain pointers, live', 'live', ['-XX:-UseCompressedOops'], SIZES],
  ['plain pointers, all', 'all', ['-XX:-UseCompressedOops'], SIZES],
  ['serial collector, segmented gzip', 'gz', ['-XX:+UseSerialGC'], [10_000]],
  ['ZGC: objects not in the order of addresses', 'live', ['-XX:+UseZGC'], [10_000]],
] as const;

interface Evidence {
  readonly class: string;
  readonly instances: number | readonly number[];
  readonly instancesDelta?: number;
  readonly retainedBytes: number;
  readonly holder: string;
  readonly kind: string;
  readonly path: readonly { readonly name: string; readonly via: string }[];
}

function findingsOf(analysis: Analysis, rule: string): (Evidence & { fingerprint: string })[] {
  return analysis.findings
    .filter((finding) => finding.rule === rule)
    .map(({ evidence, fingerprint }) => ({ ...(evidence as unknown as Evidence), fingerprint })); // what the rule promises to scripts
}

function expectHeld({ holder, kind, path }: Evidence, leak: Leak): void {
  expect(kind, leak.class).toBe(leak.kind);
  expect(holder).toMatch(leak.holder);
  expect(path.map(({ name, via }) => `${via} ${name}`.trim()).join('; ')).toMatch(leak.path);
}

const generator = sharedPath('dump-generators', 'LeakJava.java');

describe.skipIf(generator === undefined || jdk === undefined)(`leaks of Java ${jdk ?? '(no JDK installed)'}`, () => {
  let folder = '';
  beforeAll(async () => {
    folder = await compileGenerator(generator ?? '');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  describe.each(LANES)('%s', (_name, kind, jvm, sizes) => {
    const dumps: LeakDump[] = [];
    beforeAll(async () => {
      for (const size of sizes) dumps.push(await makeLeakDump(folder, size, kind, jvm));
    });

    it.each(sizes.map((size, index) => [size, index]))(
      '%i: each is a suspect with its class, count and holder, and there is no other',
      async (_size, index) => {
        const { path, counts, unreachableOrders } = dumps[index]!;
        const analysis = Analysis.parse(await analyseDump(dumpBytes(path)));
        if (kind !== 'gz')
          expect(factOf(analysis, 'pointers')).toBe(
            jvm[0].endsWith('+UseCompressedOops') ? '64-bit, compressed' : '64-bit, not compressed',
          );
        const suspects = findingsOf(analysis, 'heap/suspect');
        // Arrays of the runtime itself are worth a note in the smallest dump.
        expect(
          suspects
            .map((one) => one.class)
            .filter((name) => name !== 'java.lang.Object[]')
            .sort(),
        ).toEqual(Object.keys(counts).sort());
        for (const leak of LEAKS) {
          const suspect = suspects.find((one) => one.class === leak.class)!;
          expectHeld(suspect, leak);
          expect(suspect.instances, leak.class).toBe(counts[leak.class]);
        }
        // Each plugin keeps its loader, its class and 20 kB of static state.
        const plugins = suspects.find((one) => one.class === PLUGINS.class)!;
        expect(plugins).toMatchObject({ loaders: counts[PLUGINS.class], loaderClass: 'LeakJava$PluginLoader' });
        expect(plugins.retainedBytes).toBeGreaterThan(20_000 * counts[PLUGINS.class]!);
        // The histogram counts what lies in the dump, and a suspect what is held. Of the orders let go, the collector may have had some.
        const unheld = histogramOf(analysis).get(ORDERS.class)!.instances - counts[ORDERS.class]!;
        expect(unheld).toBeGreaterThanOrEqual(0);
        expect(unheld).toBeLessThanOrEqual(unreachableOrders);
        expect(Number(factOf(analysis, 'unreachableObjects'))).toBeGreaterThanOrEqual(unheld);
      },
    );

    it.skipIf(sizes.length < 2)('the comparison ranks what grew first, with the same fingerprint', async () => {
      const sources = dumps.map(({ path }) => sourceOf(dumpBytes(path)));
      const analysis = Analysis.parse(await hprof.compare?.(sources, testRun()));
      const growths = findingsOf(analysis, 'heap/growth');
      const grown = LEAKS.filter((leak) => leak !== PLUGINS); // ten of them at every size
      expect(
        growths
          .slice(0, 3)
          .map((growth) => growth.class)
          .sort(),
      ).toEqual(grown.map((leak) => leak.class).sort());
      const suspects = findingsOf(await analyseDump(dumpBytes(dumps[0]!.path)), 'heap/suspect');
      for (const leak of grown) {
        const growth = growths.find((one) => one.class === leak.class)!;
        const counts = dumps.map((dump) => dump.counts[leak.class]!);
        expectHeld(growth, leak);
        expect(growth.instancesDelta).toBe(counts.at(-1)! - counts[0]!);
        expect(growth.instances).toEqual(counts);
        expect(growth.fingerprint).toBe(suspects.find((one) => one.class === leak.class)?.fingerprint);
      }
    });
  });
});
