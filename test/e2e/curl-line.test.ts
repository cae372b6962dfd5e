import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { curlLine } from '../../web/parts/curl-line.ts';
import { signIn, type Maintainer } from './maintainer.ts';
import { residentBytes, startServer, whyNotBuilt, type RunningServer } from './server.ts';

const SLUG = 'cluster-one';
const MIB = 2 ** 20;
/** What the README promises; smaller where a disk is small. */
const LARGE_BYTES = Number(process.env['CASEBOOK_CURL_BYTES'] ?? 2 ** 30);
const GROWTH_BYTES = 100 * MIB;
const README = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');

const hasCurl = ['/usr/bin/curl', '/bin/curl', '/usr/local/bin/curl'].some(existsSync);
const whySkipped = whyNotBuilt ?? (hasCurl ? undefined : 'curl is not installed');
if (whySkipped) console.warn(`test/e2e/curl-line: skipped, ${whySkipped}`);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe.skipIf(whySkipped)('the curl line of the README, as it stands there', () => {
  let server: RunningServer;
  let maintainer: Maintainer;
  let token: string;
  let folder: string;
  let line: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'casebook-curl-'));
    server = await startServer();
    maintainer = await signIn(server);
    token = await maintainer.open(SLUG);
    // README shows the address that `npm start` serves.
    line = (/^curl -fT dump\.hprof .*$/m.exec(README)?.[0] ?? 'false # README has no curl line')
      .replaceAll('http://127.0.0.1:8787', server.url)
      .replaceAll('SLUG', SLUG)
      .replaceAll('TOKEN', token);
  });
  afterAll(async () => {
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const sh = (script: string) => {
    const child = spawn('/bin/sh', ['-c', script], { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
    const ended: Promise<Ended> = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
    return { ended, said, kill: () => process.kill(-(child.pid ?? 0), 'SIGKILL') };
  };
  /** A sparse file: it costs no disk here, and all of its bytes on the way. */
  const dump = (sizeBytes: number): void => {
    writeFileSync(join(folder, 'dump.hprof'), '');
    truncateSync(join(folder, 'dump.hprof'), sizeBytes);
  };
  const evidence = async () => (await maintainer.desk(SLUG)).evidence;

  it('is the line that each investigation shows with its token filled in', () => {
    expect(line).toBe(curlLine({ publicUrl: server.url, slug: SLUG, token }));
  });

  it(`sends ${LARGE_BYTES} bytes while the server's memory stays as it is`, { timeout: 240_000 }, async () => {
    // Both doors have been used once, so that what is loaded late is there before the first look.
    dump(MIB);
    expect((await sh(line).ended).code).toBe(0);
    await expect
      .poll(async () => (await evidence()).map(({ state }) => state), { timeout: 30_000 })
      .toEqual(['refused']);

    dump(LARGE_BYTES);
    const before = residentBytes(server.pid);
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, residentBytes(server.pid))), 20);
    const startedMs = Date.now();
    const { code, stdout, stderr } = await sh(line).ended;
    clearInterval(watch);
    console.log({
      MB: LARGE_BYTES / 1e6,
      seconds: (Date.now() - startedMs) / 1000,
      beforeMB: before / 1e6,
      mostMB: most / 1e6,
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`Received ${LARGE_BYTES} bytes.`);
    // The receipt is printed where a pipe does not swallow it, and opens.
    const [, id, secret] = /\/receipt\/#cluster-one\.([0-9a-z]{19})\.([0-9a-f]+)/.exec(stderr) ?? [];
    const receipt = await fetch(`${server.url}/api/receipts/${SLUG}/${id ?? ''}`, {
      headers: { authorization: `Bearer ${secret ?? ''}` },
    });
    expect(await receipt.json()).toMatchObject({ evidence: { name: 'dump.hprof', sizeBytes: LARGE_BYTES } });
    if (before > 0) expect(most - before).toBeLessThan(GROWTH_BYTES);
    // It goes the way of every file: nothing reads a gigabyte of zeros, and the page says so.
    await expect
      .poll(async () => (await evidence()).find((one) => one.id === id)?.state, { timeout: 60_000 })
      .toBe('refused');
  });

  it('is refused when another size arrives than was announced', async () => {
    dump(3 * MIB);
    const before = (await evidence()).length;
    const { code, stderr } = await sh(line.replace(/\$\(wc -c[^)]*\)/, '1000')).ended;
    expect(code).toBe(22);
    expect(stderr).toContain('403');
    const [last] = (await evidence()).slice(before);
    expect(last).toMatchObject({ state: 'awaiting-upload', sizeBytes: 1000 });
  });

  it('leaves nothing visible and no job when it is killed on the way', async () => {
    dump(Math.min(LARGE_BYTES, 512 * MIB));
    const before = new Set((await evidence()).map(({ id }) => id));
    // Slowed down, so that the kill comes in the middle.
    const running = sh(line.replace('curl -fT', 'curl --limit-rate 20M -fT'));
    await expect.poll(() => running.said.stderr, { timeout: 20_000 }).toContain('/receipt/#');
    await sleep(1000);
    running.kill();
    await running.ended;
    const cut = async () => (await evidence()).find(({ id }) => !before.has(id));
    await sleep(500);
    const left = await cut();
    expect(left).toMatchObject({ state: 'awaiting-upload', attempts: 0 });
    const published = await (await fetch(`${server.url}/i/${SLUG}/data.json`)).text();
    const page = await (await fetch(`${server.url}/i/${SLUG}/`)).text();
    const home = await fetch(`${server.url}/i/${SLUG}/evidence/${left?.id ?? ''}/`);
    expect({
      published: published.includes(left?.id ?? '-'),
      page: page.includes(left?.id ?? '-'),
      evidence: home.status,
    }).toEqual({
      published: false,
      page: false,
      evidence: 404,
    });
    expect(await maintainer.call('GET', '/api/jobs/dead')).toEqual({ dead: [] });
    // The bytes that came are not kept either.
    const { stdout } = await promisify(execFile)('du', ['-sm', '--apparent-size', join(server.dataDir, 'evidence')]);
    const heldMb = (LARGE_BYTES + MIB) / MIB;
    expect(Number(stdout.split('\t')[0])).toBeLessThanOrEqual(heldMb + 2);
  });
});
