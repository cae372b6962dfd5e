import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Analysis } from '../../functions/model/analysis.ts';
import { unknownNames } from '../analysis/series/builders/unknown-names.ts';
import { signIn, type Maintainer } from './maintainer.ts';
import { BROKEN, heapSnapshot, prometheusJson } from './samples.ts';
import { PROGRAM, startServer, whyNotBuilt, type RunningServer } from './server.ts';

const SLUG = 'from-a-shell';
const MIB = 2 ** 20;

if (whyNotBuilt) console.warn(`test/e2e/command-line: skipped, ${whyNotBuilt}`);

async function run(command: string, args: readonly string[], cwd: string, env: Record<string, string> = {}) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null]; // 'close' brings the exit code first
  return { code, stdout, stderr };
}
const casebook = (args: readonly string[], cwd: string) => run(process.execPath, [PROGRAM, ...args], cwd);

describe.skipIf(whyNotBuilt)('the command line', () => {
  let folder: string;
  const file = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'casebook-shell-'));
    file('memory.json', prometheusJson());
    file('worker.heapsnapshot', heapSnapshot());
    file('broken.bin', BROKEN);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe('casebook analyse', () => {
    it('prints one Analysis and nothing else, and exits with 0', async () => {
      const { code, stdout, stderr } = await casebook(['analyse', 'memory.json', '--json'], folder);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.trimEnd().split('\n')).toHaveLength(1);
      expect(Analysis.parse(JSON.parse(stdout))).toMatchObject({ format: 'prometheus-json' });
    });

    it('reads a name of one’s own by --map, and says how when it cannot', async () => {
      file('own.json', unknownNames({ hours: 72, growthPerHour: 4 }));
      const verdictOf = async (...args: string[]) => {
        const { stdout } = await casebook(['analyse', 'own.json', '--json', ...args], folder);
        return Analysis.parse(JSON.parse(stdout)).findings[0]?.evidence['verdict'];
      };
      expect(await verdictOf()).toBeUndefined();
      expect(await verdictOf('--map', 'acme_worker_ram=rss:MB', '--map', 'acme_worker_cap=limit:MB')).toBe('leak');
      const { code, stderr } = await casebook(['analyse', 'own.json', '--map', 'acme_worker_ram=tea'], folder);
      expect([code, stderr]).toEqual([2, expect.stringContaining('ROLE is one of working-set')]);
    });

    it('prints an array for several files; one that is refused stands there as its error, and the exit code is 1', async () => {
      const { code, stdout, stderr } = await casebook(
        ['analyse', 'worker.heapsnapshot', 'broken.bin', '--json'],
        folder,
      );
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      const [first, second] = JSON.parse(stdout) as [unknown, unknown];
      expect(Analysis.parse(first)).toMatchObject({ format: 'v8-heapsnapshot' });
      expect(second).toMatchObject({ error: { code: 'unrecognised' } });
    });

    it.each(['broken.bin', 'missing.bin', '.'])('answers %s as one error on standard output and 1', async (name) => {
      const { code, stdout } = await casebook(['analyse', name, '--json'], folder);
      expect(code).toBe(1);
      const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
      expect(error.code).toMatch(/^(?:unrecognised|not-found|bad-input)$/);
      expect(error.message).not.toBe('');
    });

    it('reads gzip by its content, and speaks to people without --json', async () => {
      file('packed.bin', gzipSync(prometheusJson()));
      const { code, stdout } = await casebook(['analyse', 'packed.bin'], folder);
      expect(code).toBe(0);
      expect(() => JSON.parse(stdout) as unknown).toThrow();
      expect(stdout).toContain('packed.bin');
    });

    it.each([[['analyse']], [['analyse', '--nonsense']], [['nonsense']], [[]], [['submit', 'memory.json']]])(
      'answers %j with how it is used, on standard error, and 2',
      async (args) => {
        const { code, stdout, stderr } = await casebook(args, folder);
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
        expect(stderr).toContain('casebook analyse FILE');
      },
    );
  });

  describe('to a hub', () => {
    let server: RunningServer;
    let maintainer: Maintainer;
    let to: string;
    let token: string;
    beforeAll(async () => {
      server = await startServer({ config: { singlePutBytes: 6 * MIB, partBytes: 5 * MIB } });
      maintainer = await signIn(server);
      token = await maintainer.open(SLUG);
      to = `${server.url}/api/investigations/${SLUG}`;
    });
    afterAll(() => server.remove());

    /** The one of that name, once it has come to its end. */
    async function ended(name: string) {
      const find = async () => (await maintainer.desk(SLUG)).evidence.find((one) => one.name === name);
      await expect.poll(async () => (await find())?.state, { timeout: 30_000 }).toMatch(/^(?:analysed|refused)$/);
      return find();
    }

    it('casebook submit sends a file whole, or in parts, and prints a receipt', async () => {
      file('whole.json', prometheusJson({ seed: 1 }));
      file('large.json', prometheusJson({ seed: 2 }).padEnd(11 * MIB, ' '));
      const { code, stdout, stderr } = await casebook(
        ['submit', 'whole.json', 'large.json', '--to', to, '--token', token],
        folder,
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.match(/\/receipt\/#from-a-shell\.[0-9a-z]{19}\.[0-9a-f]+/g)).toHaveLength(2);
      expect(await ended('whole.json')).toMatchObject({ kind: 'file', state: 'analysed' });
      expect(await ended('large.json')).toMatchObject({ kind: 'file', state: 'analysed', sizeBytes: 11 * MIB });
    });

    it('casebook submit --report-only sends the report and not a byte of the file', async () => {
      const secret = randomBytes(12).toString('hex');
      file('private.json', prometheusJson({ seed: 3 }).replace('{', `{"note":"${secret}",`));
      const args = ['submit', 'private.json', '--to', to, '--token', token, '--report-only'];
      const { code } = await casebook(args, folder);
      expect(code).toBe(0);
      const evidence = await ended('private.json');
      expect(evidence).toMatchObject({ kind: 'report', state: 'analysed', format: 'prometheus-json' });
      const held = ['casebook.sqlite', 'casebook.sqlite-wal'].some((name) =>
        readFileSync(join(server.dataDir, name)).includes(secret),
      );
      const { url } = (await maintainer.call(
        'POST',
        `${to.slice(server.url.length)}/evidence/${evidence?.id ?? ''}/raw`,
        {
          reason: 'to see what was sent',
        },
      )) as { url: string }; // the answer's schema is the API's own
      const sent = await (await fetch(url)).text();
      expect(Analysis.parse(JSON.parse(sent)).format).toBe('prometheus-json');
      expect({ held, sent: sent.includes(secret) }).toEqual({ held: false, sent: false });
    });

    it('casebook submit says what a hub refused, and exits with 1', async () => {
      const { code, stdout, stderr } = await casebook(
        ['submit', 'memory.json', '--to', to, '--token', token.replace(/.$/, 'x')],
        folder,
      );
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('unauthenticated');
    });

    it("the hub's script sends a folder and, in parts, what is too large for one PUT", async () => {
      mkdirSync(join(folder, 'scrapes'));
      file('scrapes/a.json', prometheusJson({ seed: 4 }));
      file('scrapes/b.json', prometheusJson({ seed: 5 }));
      file('parted.json', prometheusJson({ seed: 6 }).padEnd(12 * MIB, ' '));
      const script = `curl -fsS ${server.url}/api/submit.sh | sh -s -- --to ${to} --token ${token} scrapes parted.json`;
      const { code, stdout, stderr } = await run('/bin/sh', ['-c', script], folder);
      expect(code, stderr).toBe(0);
      expect(stdout.trim().split('\n')).toHaveLength(2);
      expect(stderr).toContain('parted.json: part 3 of 3');
      expect(await ended('scrapes.tar.gz')).toMatchObject({ state: 'analysed', format: 'prometheus-json' });
      expect(await ended('parted.json')).toMatchObject({ state: 'analysed', sizeBytes: 12 * MIB });
    });
  });
});
