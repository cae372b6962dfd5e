import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../../../functions/model/analysis.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { analyseDump, dumpBytes } from './analyse-dump.ts';

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

  it('says which JVM on which system, and of the properties nothing else', async () => {
    const { facts } = await analyseDump(dumpBytes(`${fixtures ?? ''}/mat__oracle_jdk8_05_x64.hprof`));
    const told = facts.filter(({ name }) => /^(java|os|user|sun)\./.test(name));
    expect(Object.fromEntries(told.map(({ name, value }) => [name, value]))).toEqual({
      'java.version': '1.8.0_05',
      'java.runtime.version': '1.8.0_05-b13',
      'java.vm.name': 'Java HotSpot(TM) 64-Bit Server VM',
      'java.vm.version': '25.5-b02',
      'java.vm.vendor': 'Oracle Corporation',
      'os.name': 'Windows 7',
      'os.version': '6.1',
      'os.arch': 'amd64',
    });
  });

  it.each(['hprof-slurp__hprof-64.bin', 'mat__HeapDumpSample.hprof', 'mat__sun_jdk6_18_x32.hprof'])(
    '%s does not leak: nothing above a note',
    async (file) => {
      const { findings } = await analyseDump(dumpBytes(`${fixtures ?? ''}/${file}`));
      expect(findings.filter(({ severity }) => severity !== 'note').map(({ title }) => title)).toEqual([]);
    },
  );
});
