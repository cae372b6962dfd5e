import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDesk } from '../../functions/hub/desk.ts';
import { rawKey } from '../../functions/hub/keys.ts';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { resumeUpload, signParts } from '../../functions/hub/upload.ts';
import { getEvidence } from '../../functions/hub/evidence-record.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { MAINTAINER, openTestHub, type TestHub } from './test-hub.ts';

const MIB = 2 ** 20;
const SHELL = ['/bin/dash', '/usr/bin/dash'].find(existsSync) ?? '/bin/sh';
const run = promisify(execFile);

describe('submit.sh, as a shell runs it against a real server', () => {
  let hub: TestHub;
  let dir: string;
  let token: string;
  let script: string;
  let server: ReturnType<typeof createServer>;
  let to: string;

  beforeEach(async () => {
    // The hub must know its port before it is there, the port is known once something listens.
    server = createServer((request, response) => void getRequestListener(hub.app.fetch)(request, response));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    hub = await openTestHub({ publicUrl, singlePutBytes: 2 * MIB, partBytes: 5 * MIB });
    const input = NewInvestigation.parse({ slug: 'big', title: 'Big', product: 'x' });
    token = (await openInvestigation(hub.deps, input, MAINTAINER)).publicToken ?? '';
    to = `${publicUrl}/api/investigations/big`;
    dir = await mkdtemp(join(tmpdir(), 'casebook-submit-'));
    script = join(dir, 'submit.sh');
    await writeFile(script, await (await fetch(`${publicUrl}/api/submit.sh`)).text());
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await hub.close();
    await rm(dir, { recursive: true, force: true });
  });

  const submit = (...args: string[]) =>
    run(SHELL, [script, '--to', to, '--token', token, ...args], { encoding: 'utf8' });
  const evidence = async () => (await openDesk(hub.deps, 'big')).evidence;

  it('sends a small file in one PUT and a large one in parts, byte for byte', async () => {
    const large = randomBytes(11 * MIB + 7);
    await writeFile(join(dir, 'large.bin'), large);
    await writeFile(join(dir, "it's small & odd.txt"), 'small');
    const { stdout } = await submit('--field', 'pod=web 1', join(dir, 'large.bin'), join(dir, "it's small & odd.txt"));
    expect(stdout.trim().split('\n')).toHaveLength(2);
    const [first, second] = await evidence();
    expect(first).toMatchObject({
      name: 'large.bin',
      state: 'received',
      sizeBytes: large.length,
      context: { pod: 'web 1' },
    });
    expect(second).toMatchObject({ name: "it's small & odd.txt", state: 'received', sizeBytes: 5 });
    const stored = await hub.deps.evidence.read(rawKey('big', first?.id ?? ''));
    expect(Buffer.compare(stored, large)).toBe(0);
  });

  it('is not needed for what one line of curl can send', async () => {
    const file = join(dir, 'dump.hprof');
    await writeFile(file, randomBytes(MIB));
    const line = `curl -fT "$FILE" "$(curl -fsS -X POST -H "Authorization: Bearer $TOKEN" "$TO/evidence?name=dump.hprof&size=$(wc -c <"$FILE" | tr -d ' ')")"`;
    const { stdout } = await run(SHELL, ['-c', line], { env: { ...process.env, FILE: file, TOKEN: token, TO: to } });
    expect(stdout).toMatch(/^Received 1048576 bytes\. /);
    expect(await evidence()).toMatchObject([{ name: 'dump.hprof', state: 'received', sizeBytes: MIB }]);
  });

  it('packs a directory', async () => {
    await mkdir(join(dir, 'logs'));
    await writeFile(join(dir, 'logs', 'a.log'), 'first line');
    await submit(join(dir, 'logs'));
    const [packed] = await evidence();
    expect(packed).toMatchObject({ name: 'logs.tar.gz', state: 'received' });
    const archive = join(dir, 'back.tar.gz');
    await writeFile(archive, await hub.deps.evidence.read(rawKey('big', packed?.id ?? '')));
    await run('tar', ['-xzf', archive, '-C', dir, '--transform', 's/^logs/back/']);
    expect(await readFile(join(dir, 'back', 'a.log'), 'utf8')).toBe('first line');
  });

  it('goes on where an upload was cut off: what has arrived is not sent twice', async () => {
    const large = randomBytes(11 * MIB);
    await writeFile(join(dir, 'large.bin'), large);
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    const taken = await fetch(`${to}/evidence?name=large.bin&size=${large.length}`, { method: 'POST', headers });
    const receipt = taken.headers.get('casebook-receipt') ?? '';
    const id = (await evidence())[0]?.id ?? '';
    const record = await getEvidence(hub.deps, 'big', id);
    const [part] = await signParts(hub.deps, record, [2]);
    await fetch(part?.url ?? '', { method: 'PUT', body: large.subarray(5 * MIB, 10 * MIB) });
    expect(await resumeUpload(hub.deps, record)).toMatchObject({ partCount: 3, arrived: [{ partNumber: 2 }] });
    const { stderr } = await submit('--resume', receipt, join(dir, 'large.bin'));
    expect(stderr.match(/part \d of 3/g)).toEqual(['part 1 of 3', 'part 3 of 3']);
    expect(Buffer.compare(await hub.deps.evidence.read(rawKey('big', id)), large)).toBe(0);
  });

  it('says why it was refused, and that a file is not there', async () => {
    await writeFile(join(dir, 'empty'), '');
    await expect(submit(join(dir, 'empty'))).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('empty file') as string,
    });
    await expect(submit(join(dir, 'none'))).rejects.toMatchObject({ code: 1 });
    await expect(submit()).rejects.toMatchObject({ code: 2 });
  });
});
