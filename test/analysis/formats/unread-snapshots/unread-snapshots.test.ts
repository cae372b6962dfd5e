import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detect } from '../../../../functions/analysis/run.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { sourceOf, testRun } from '../../test-run.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('snapshots that are recognised and refused', () => {
  it.each([
    ['ibm-phd', 'heapdump.phd', '\0\x12portable heap dump\0\0\0\x05', 'HPROF'],
    ['ibm-phd', 'heapdump.txt', '// Version: J2RE 7.0 IBM J9 2.6 Linux amd64-64\n', 'HPROF'],
    ['jprofiler-snapshot', 'a.jps', '\x01\x02\0\0', 'jpexport'],
    ['yourkit-snapshot', 'a.snapshot', '\x01\x02\0\0', 'HPROF snapshot'],
  ])('%s as %s', async (format, name, head, instead) => {
    const analyser = detect(bytes(head), name);
    expect(analyser?.format).toBe(format);
    const refusal = analyser?.analyse(sourceOf(head), testRun());
    await expect(refusal).rejects.toMatchObject({ code: 'unsupported' });
    await expect(refusal).rejects.toThrow(instead);
  });

  it('leaves texts and HPROF dumps of such names alone', () => {
    expect(detect(bytes('hello, world\n'), 'a.snapshot')?.format).not.toBe('yourkit-snapshot');
    expect(detect(bytes('JAVA PROFILE 1.0.2\0\0\0\0\x08\0\0\0\0\0\0\0\0'), 'a.snapshot')?.format).toBe('hprof');
  });
});

const phd = sharedPath('fixtures', 'ibm-phd', 'mat__heapdump.20130429.083110.14261.0001.phd');

describe.skipIf(phd === undefined)('a recorded portable heap dump', () => {
  it('is recognised by its bytes', () => {
    expect(detect(readFileSync(phd ?? '').subarray(0, 65_536), 'file')?.format).toBe('ibm-phd');
  });
});
