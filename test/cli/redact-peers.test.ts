import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { analyse } from '../../functions/analysis/run.ts';
import type { Analysis } from '../../functions/model/analysis.ts';
import { compileGenerator, jdk, makeLeakDump } from '../analysis/formats/hprof/leak-dumps.ts';
import { readWithVisualVm } from '../analysis/formats/hprof/visualvm-library.ts';
import { buildDevtools, devtoolsPackages } from '../analysis/formats/v8-heapsnapshot/devtools-model.ts';
import { makeLeakDumps } from '../analysis/formats/v8-heapsnapshot/leak-dumps.ts';
import { sourceOf, testRun } from '../analysis/test-run.ts';
import { installedPath, NODE_VERSIONS, nodeTitle, VISUALVM_LIBRARY } from '../fixtures/installed.ts';
import { sharedPath } from '../fixtures/shared.ts';

/** What `casebook redact` writes opens in the tools that people use, as the dump that it was made of. */
const run = promisify(execFile);

async function redact(from: string, to: string): Promise<void> {
  await run(process.execPath, [resolve(import.meta.dirname, '../../functions/cli/main.ts'), 'redact', from, to]);
}

/** What of an analysis is no contents, each as a digest: a difference of megabytes takes minutes to print. */
function parts(analysis: Analysis): Record<string, string> {
  const dominators = analysis.views.find(({ name }) => name === 'dominators');
  const all = {
    suspects: analysis.findings.filter(({ rule }) => rule === 'heap/suspect'),
    histogram: analysis.views.find(({ name }) => name === 'histogram'),
    dominators: dominators?.kind === 'tree' ? [dominators.parents, dominators.values] : undefined,
    facts: analysis.facts.filter(({ name }) => /^(objects|edges|shallowBytes|reachableBytes)$/.test(name)),
  };
  expect(all.suspects).not.toEqual([]);
  expect(all.dominators).toBeDefined();
  const digest = (part: unknown): string => createHash('sha256').update(JSON.stringify(part)).digest('hex');
  return Object.fromEntries(Object.entries(all).map(([name, part]) => [name, digest(part)]));
}

const analysed = async (path: string): Promise<Record<string, string>> =>
  parts(await analyse(sourceOf(readFileSync(path)), path, testRun()));

const folder = mkdtempSync(join(tmpdir(), 'redact-peers-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const nodeGenerator = sharedPath('dump-generators', 'leak-node.mjs');
const memlab = installedPath('heap-peers', 'node_modules', '@memlab/heap-analysis');

for (const version of NODE_VERSIONS.filter(({ major }) => major === 20 || major >= 24))
  describe.skipIf(nodeGenerator === undefined || version.executable === undefined || devtoolsPackages === undefined)(
    `a redacted snapshot of ${nodeTitle(version)}`,
    () => {
      it("has the nodes, classes and sizes of its original in DevTools' model and memlab, and the same analysis here", async () => {
        const truth = await makeLeakDumps(nodeGenerator ?? '', 'mixed', 2000, { node: version.executable ?? '' });
        const original = truth.snapshots[0]!.file;
        const redacted = join(folder, `node-${version.major}.heapsnapshot`);
        try {
          await redact(original, redacted);
          expect(readFileSync(redacted, 'latin1')).not.toMatch(/user-\d+@example\.com/);
          const devtools = await buildDevtools(folder);
          const [before, after] = [await devtools(original), await devtools(redacted)];
          expect(after.classes).toEqual(before.classes);
          const { nodeCount, edgeCount, totalSize } = before;
          expect(after).toMatchObject({ nodeCount, edgeCount, totalSize });
          expect(Buffer.from(after.shallow.buffer).equals(Buffer.from(before.shallow.buffer))).toBe(true);
          const program = resolve(import.meta.dirname, '../bench/peers/memlab.cjs');
          const counts = await Promise.all(
            [original, redacted].map(async (path) => {
              const { stdout } = await run(process.execPath, [program, resolve(memlab ?? '', '../../..'), path]);
              const said = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, number>; // our own program's
              return [said['objects'], said['edges'], said['retainedBytes']];
            }),
          );
          expect(counts[0]![0]).toBe(nodeCount);
          expect(counts[1]).toEqual(counts[0]);
          expect(await analysed(redacted)).toEqual(await analysed(original));
        } finally {
          rmSync(dirname(original), { recursive: true });
        }
      }, 120_000);
    },
  );

const javaGenerator = sharedPath('dump-generators', 'LeakJava.java');

describe.skipIf(javaGenerator === undefined || jdk === undefined || VISUALVM_LIBRARY === undefined)(
  `a redacted dump of Java ${jdk ?? ''}`,
  () => {
    it("has the roots, classes, objects and retained sizes of its original in VisualVM's library, and the same analysis here", async () => {
      const made = await compileGenerator(javaGenerator ?? '');
      try {
        const { path } = await makeLeakDump(made, 2000, 'live', []);
        const redacted = join(folder, 'redacted.hprof');
        await redact(path, redacted);
        expect(readFileSync(redacted, 'latin1')).not.toMatch(/customer-\d/);
        const [before, after] = await readWithVisualVm(made, [path, redacted]);
        expect(before?.objects.size).toBeGreaterThan(10_000);
        const { objects, ...counts } = before!;
        const { objects: redactedObjects, ...redactedCounts } = after!;
        expect(redactedCounts).toEqual(counts);
        const different = [...objects].filter(([id, { bytes, retained }]) => {
          const other = redactedObjects.get(id);
          return other?.bytes !== bytes || other.retained !== retained;
        });
        expect(redactedObjects.size).toBe(objects.size);
        expect(different).toHaveLength(0);
        expect(await analysed(redacted)).toEqual(await analysed(path));
      } finally {
        rmSync(made, { recursive: true });
      }
    }, 120_000);
  },
);
