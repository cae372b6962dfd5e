import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../../../functions/model/analysis.ts';
import { Analysis as Schema } from '../../../../functions/model/analysis.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { analyseDump, dumpBytes } from './analyse-dump.ts';
import { hasJdk, makeLeakDump } from './leak-dumps.ts';

interface Suspect {
  readonly class: string;
  readonly instances: number;
  readonly retainedBytes: number;
  readonly kind: string;
  readonly holder: string;
  readonly path: readonly { readonly name: string; readonly via: string }[];
}

function suspectsOf(analysis: Analysis): Map<string, Suspect> {
  return new Map(
    analysis.findings
      .filter(({ rule }) => rule === 'heap/suspect')
      .map(({ evidence }) => [String(evidence['class']), evidence as unknown as Suspect]), // what the rule promises to scripts
  );
}

const generator = sharedPath('dump-generators', 'LeakJava.java');

describe.skipIf(generator === undefined || !hasJdk)('suspects of a program that leaks on purpose', () => {
  it.each([
    ['compressed pointers, live objects', 20_000, 'live', []],
    ['plain pointers, all objects', 20_000, 'all', ['-XX:-UseCompressedOops']],
    ['serial collector, gzip', 60_000, 'gz', ['-XX:+UseSerialGC']],
    ['ZGC: objects not in the order of addresses', 10_000, 'live', ['-XX:+UseZGC']],
  ] as const)(
    '%s',
    async (_name, size, kind, jvm) => {
      const dump = makeLeakDump(generator ?? '', size, kind, jvm);
      try {
        const analysis = Schema.parse(await analyseDump(dumpBytes(dump.path)));
        const suspects = suspectsOf(analysis);
        expect([...suspects.keys()].sort()).toEqual(Object.keys(dump.counts).sort());
        for (const [name, count] of Object.entries(dump.counts)) {
          const { instances, retainedBytes } = suspects.get(name)!;
          expect(Math.abs(instances / count - 1), name).toBeLessThanOrEqual(0.01);
          expect(retainedBytes, name).toBeGreaterThan(count * 24);
        }
        const [orders, scopes, connections, plugins] = [
          'LeakJava$CachedOrder',
          'LeakJava$RequestScope',
          'LeakJava$LeakyConnection',
          'LeakJava$Plugin',
        ].map((name) => suspects.get(name)!);
        expect(orders).toMatchObject({
          kind: 'unbounded-cache',
          holder: 'static LeakJava.ORDER_CACHE (java.util.HashMap)',
          path: [
            { name: 'class LeakJava', via: '' },
            { name: 'java.util.HashMap', via: 'static ORDER_CACHE' },
            { name: 'java.util.HashMap$Node[]', via: '.table' },
            { name: 'java.util.HashMap$Node', via: '[…]' },
            { name: 'LeakJava$CachedOrder', via: '.value' },
          ],
        });
        expect(scopes).toMatchObject({ kind: 'thread-local' });
        expect(scopes?.path.map(({ name }) => name).join(' ')).toMatch(
          /^java\.lang\.Thread "worker-\d".*ThreadLocalMap\$Entry of LeakJava\.TL .*LeakJava\$RequestScope$/,
        );
        expect(connections).toMatchObject({
          kind: 'unclosed-resources',
          holder: 'static LeakJava.POOL (LeakJava$ConnectionPool).open (java.util.ArrayList)',
        });
        expect(plugins).toMatchObject({
          kind: 'class-loader',
          loaders: dump.counts['LeakJava$Plugin'],
          loaderClass: 'LeakJava$PluginLoader',
          holder: 'static LeakJava.PLUGIN_REGISTRY (java.util.ArrayList)',
        });
        // Each plugin keeps its loader, its class and 20 kB of static state.
        expect(plugins?.retainedBytes).toBeGreaterThan(20_000 * (plugins?.instances ?? 0));
      } finally {
        rmSync(dirname(dump.path), { recursive: true });
      }
    },
    120_000,
  );
});

const fixtures = sharedPath('fixtures', 'hprof');

describe.skipIf(fixtures === undefined)('suspects of recorded dumps', () => {
  it('names the registry and the ThreadLocal of a real JDK 17 process', async () => {
    const suspects = suspectsOf(await analyseDump(dumpBytes(`${fixtures ?? ''}/gen_jdk17_leakA.hprof.gz`)));
    expect(suspects.get('Leak$SessionToken')).toMatchObject({
      instances: 5000,
      retainedBytes: 1_752_000,
      holder: 'static Leak.REGISTRY (java.util.concurrent.ConcurrentHashMap)',
    });
    const local = suspects.get('byte[]');
    expect(local).toMatchObject({ instances: 64, retainedBytes: 64 * 1040, kind: 'thread-local' });
    expect(local?.path[0]?.name).toBe('java.lang.Thread "leaky-threadlocal"');
    expect(local?.path.at(-3)?.name).toBe('java.util.ArrayList');
  });

  it.each(['hprof-slurp__hprof-64.bin', 'mat__HeapDumpSample.hprof', 'mat__sun_jdk6_18_x32.hprof'])(
    '%s does not leak: nothing above a note',
    async (file) => {
      const { findings } = await analyseDump(dumpBytes(`${fixtures ?? ''}/${file}`));
      expect(findings.filter(({ severity }) => severity !== 'note').map(({ title }) => title)).toEqual([]);
    },
  );
});
