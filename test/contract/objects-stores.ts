import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { serve } from '@hono/node-server';
import { startFauxqs } from 'fauxqs';
import { Hono } from 'hono';
import { filesDoor, UPLOAD_SERVER_OPTIONS } from '../../functions/platform/objects/files-door.ts';
import type { FilesDoorOptions } from '../../functions/platform/objects/files-door.ts';
import { openFileObjects } from '../../functions/platform/objects/files.ts';
import type { FileObjects } from '../../functions/platform/objects/files.ts';
import { s3Objects } from '../../functions/platform/objects/s3.ts';
import type { OpenStore } from './objects-contract.ts';

const SECRET = 'a secret of the tests, 32 bytes or more';

export interface OpenFiles extends OpenStore {
  readonly objects: FileObjects;
  readonly dir: string;
  readonly port: number;
}

/** The local adapter behind its door on a listening server. */
export async function openFiles(door: FilesDoorOptions = {}, prefix = 'pre/'): Promise<OpenFiles> {
  const dir = await mkdtemp(join(tmpdir(), 'casebook-objects-'));
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}/objects`;
  const reopen = () => openFileObjects({ dir, secret: SECRET, publicUrl, prefix });
  const objects = await reopen();
  const app = new Hono().route('/objects', filesDoor(objects, door));
  const options = { fetch: app.fetch, port, hostname: '127.0.0.1', serverOptions: UPLOAD_SERVER_OPTIONS };
  const server = serve(options);
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    objects,
    dir,
    port,
    reopen,
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      await rm(dir, { recursive: true });
    },
  };
}

export async function openFauxqs(): Promise<OpenStore> {
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  server.createBucket('casebook');
  return openS3(`http://127.0.0.1:${server.port}`, () => server.stop());
}

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'casebook');
const COMMANDS = {
  versitygw: join(cache, 'bin', 'versitygw-v1.8.0'),
  moto: join(cache, 'moto-5.2.5', 'bin', 'moto_server'),
};
export type SecondStore = keyof typeof COMMANDS;

/** What `.ci/second-lane/s3.sh` installed. */
export const secondStores = (['versitygw', 'moto'] as const).filter((name) => existsSync(COMMANDS[name]));

export async function openSecond(name: SecondStore): Promise<OpenStore> {
  const dir = await mkdtemp(join(tmpdir(), 'casebook-s3-'));
  const port = await freePort();
  await mkdir(join(dir, 'root'));
  const args = {
    versitygw: ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', join(dir, 'root')],
    moto: ['--host', '127.0.0.1', '--port', String(port)],
  };
  const env = { ...process.env, ROOT_ACCESS_KEY: 'test', ROOT_SECRET_KEY: 'test-secret' };
  const server = spawn(COMMANDS[name], args[name], { env, stdio: 'ignore' });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  const store = await openS3(`http://127.0.0.1:${port}`, async () => {
    server.kill();
    await exited;
    await rm(dir, { recursive: true, force: true });
  });
  return store;
}

async function openS3(endpoint: string, close: () => Promise<unknown>): Promise<OpenStore> {
  const config = {
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test-secret' },
  };
  const client = new S3Client(config);
  const presignClient = new S3Client({ ...config, requestChecksumCalculation: 'WHEN_REQUIRED' });
  for (let tries = 1; ; tries++) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: 'casebook' }));
      break;
    } catch (error) {
      if (error instanceof Error && /BucketAlready/.test(error.name)) break;
      if (tries === 50) throw error;
      await wait(200);
    }
  }
  const open = () => s3Objects({ client, presignClient, bucket: 'casebook', prefix: 'pre/' });
  return {
    objects: open(),
    reopen: () => Promise.resolve(open()),
    close: async () => {
      client.destroy();
      presignClient.destroy();
      await close();
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  await new Promise((resolve) => server.close(resolve));
  return port;
}
