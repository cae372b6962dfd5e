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

  it.each(['hprof-slurp__hprof-64.bin', 'mat__HeapDumpSample.hprof', 'mat__sun_jdk6_18_x32.hprof'])(
    '%s does not leak: nothing above a note',
    async (file) => {
      const { findings } = await analyseDump(dumpBytes(`${fixtures ?? ''}/${file}`));
      expect(findings.filter(({ severity }) => severity !== 'note').map(({ title }) => title)).toEqual([]);
    },
  );
});
