import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signIn, type Maintainer } from '../e2e/maintainer.ts';
import { prometheusJson } from '../e2e/samples.ts';
import { PROGRAM, residentBytes, startServer, whyNotBuilt, type RunningServer } from '../e2e/server.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Beside the real one: it finds the same packages and the same site. */
const FOLDER = join(dirname(PROGRAM), `hostile-${process.pid}`);
const SLUG = 'isolation';
const MB = 1e6;
const MEMORY_BYTES = 400 * MB;

/** What becomes of each: `failed` was tried again until its attempts were spent, the others say what was wrong at once. */
const EXPECTED = {
  throw: 'failed',
  reject: 'failed',
  exit: 'failed',
  stack: 'failed',
  garble: 'failed',
  stranger: 'failed',
  hang: 'too-slow',
  wait: 'too-slow',
  heap: 'too-large',
  arrays: 'too-large',
} as const;

if (whyNotBuilt) console.warn(`test/runtime/isolation: skipped, ${whyNotBuilt}`);

/** The product as it is built, but for one analyser more. */
async function buildHostile(): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  symlinkSync(join(dirname(PROGRAM), 'web'), join(FOLDER, 'web'));
  await build({
    entryPoints: { casebook: join(ROOT, 'functions/cli/main.ts') },
    outdir: FOLDER,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    packages: 'external',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
    plugins: [
      {
        name: 'hostile',
        setup(plugin) {
          const path = join(import.meta.dirname, 'hostile-registry.ts');
          plugin.onResolve({ filter: /\/registry\.ts$/ }, ({ importer }) => (importer === path ? undefined : { path }));
        },
      },
    ],
  });
  return join(FOLDER, 'casebook.mjs');
}

describe.skipIf(whyNotBuilt)('an analyser that misbehaves harms only its job', () => {
  let server: RunningServer;
  let maintainer: Maintainer;
  let token: string;
  beforeAll(async () => {
    server = await startServer({
      program: await buildHostile(),
      config: { analyseTimeoutMs: 15_000, analyseMemoryBytes: MEMORY_BYTES, maxAttempts: 2, sweepEveryMs: 1000 },
    });
    maintainer = await signIn(server);
    token = await maintainer.open(SLUG);
  });
  afterAll(async () => {
    await server.remove();
    rmSync(FOLDER, { recursive: true, force: true });
  });

  async function send(name: string, text: string): Promise<void> {
    const size = new TextEncoder().encode(text).byteLength;
    const place = await fetch(`${server.url}/api/investigations/${SLUG}/evidence?name=${name}&size=${size}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    expect((await fetch((await place.text()).trim(), { method: 'PUT', body: text })).status).toBe(200);
  }
  const outcomes = async (): Promise<Record<string, string>> => {
    const { evidence } = await maintainer.desk(SLUG);
    return Object.fromEntries(
      evidence.map(({ name, state, refusal }) => [name, state === 'refused' ? (refusal?.code ?? '') : state]),
    );
  };

  it('by throwing, hanging, leaving, talking nonsense or taking all memory', { timeout: 200_000 }, async () => {
    const { pid } = server;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, residentBytes(pid))), 50);
    const good: Record<string, string> = {};
    for (const [i, deed] of Object.keys(EXPECTED).entries()) {
      await send(deed, `hostile:${deed}\n`);
      if (i % 3 !== 0) continue;
      await send(`good-${i}.json`, prometheusJson({ seed: i }));
      good[`good-${i}.json`] = 'analysed';
    }
    await expect.poll(outcomes, { timeout: 150_000, interval: 250 }).toEqual({ ...EXPECTED, ...good });
    clearInterval(watch);
    // The same process all along, and none of the memory was its own.
    expect(server.pid).toBe(pid);
    expect(process.kill(pid, 0)).toBe(true);
    expect(most).toBeLessThan(MEMORY_BYTES);
    // What failed waits for a maintainer to look at and to run again; what was refused does not.
    const Dead = z.object({ dead: z.array(z.unknown()) });
    await expect
      .poll(async () => Dead.parse(await maintainer.call('GET', '/api/jobs/dead')).dead.length, { timeout: 20_000 })
      .toBe(Object.values(EXPECTED).filter((code) => code === 'failed').length);
  });

  it('and what comes after is analysed as ever', async () => {
    await send('after.json', prometheusJson({ seed: 99 }));
    await expect.poll(async () => (await outcomes())['after.json'], { timeout: 20_000 }).toBe('analysed');
  });
});
