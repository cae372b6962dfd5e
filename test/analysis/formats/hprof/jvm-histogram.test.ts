import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyseDump, dumpBytes, factOf, histogramOf } from './analyse-dump.ts';
import { expectBytesOfJvm } from './jvm-histogram.ts';
import { jdk } from './leak-dumps.ts';

/** A dump does not say how the JVM lays out its objects; the JVM itself, asked for its class histogram at the same time, does. */
const PROGRAM = `
class Waiting {
  static class Flag { boolean on; }
  static class Mixed extends Flag { long id; byte kind; Object held; int count; }
  static final java.util.List<Object> KEPT = new java.util.ArrayList<>();
  public static void main(String[] args) throws Exception {
    for (int i = 0; i < 1000; i++) { KEPT.add(new Mixed()); KEPT.add(new Flag()); KEPT.add(new Object[i % 7]); KEPT.add("text " + i); }
    System.out.println("ready");
    System.in.read();
  }
}`;

const LAYOUTS: readonly (readonly [options: string, pointers: string, alignmentBytes: number])[] = [
  ['-XX:+UseCompressedOops', '64-bit, compressed', 8],
  ['-XX:-UseCompressedOops', '64-bit, not compressed', 8],
  ['-XX:-UseCompressedOops -XX:-UseCompressedClassPointers', '64-bit, not compressed', 8],
  ['-XX:ObjectAlignmentInBytes=16', '64-bit, compressed', 16],
  ['-XX:ObjectAlignmentInBytes=32 -XX:-UseCompressedOops', '64-bit, not compressed', 32],
];

describe.skipIf(jdk === undefined || jdk < 17)(`bytes of objects as the JVM has them${jdk ? '' : ' (no JDK)'}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'layout-'));
  beforeAll(async () => {
    const source = join(folder, 'Waiting.java');
    writeFileSync(source, PROGRAM);
    await promisify(execFile)('javac', ['-d', folder, source]);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(LAYOUTS)('%s', async (options, pointers, alignmentBytes) => {
    const jvm = spawn('java', ['-Xmx256m', ...options.split(' '), '-cp', folder, 'Waiting'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    try {
      await once(jvm.stdout, 'data');
      const ask = async (...command: string[]): Promise<string> =>
        (await promisify(execFile)('jcmd', [String(jvm.pid), ...command], { maxBuffer: 16e6 })).stdout;
      const dump = join(folder, `${options.replaceAll(/[^\w+-]/g, '')}.hprof`);
      await ask('GC.heap_dump', dump);
      const histogram = await ask('GC.class_histogram');
      const analysis = await analyseDump(dumpBytes(dump));
      expect(factOf(analysis, 'pointers')).toBe(pointers);
      expect(factOf(analysis, 'objectAlignmentBytes')).toBe(alignmentBytes);
      expect(histogramOf(analysis).get('Waiting$Mixed')?.instances).toBe(1000);
      expectBytesOfJvm(histogramOf(analysis), histogram);
    } finally {
      jvm.kill('SIGKILL');
    }
  });
});
