import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { serve } from '@hono/node-server';
import { startFauxqs } from 'fauxqs';
import { Hono } from 'hono';
import { filesDoor, UPLOAD_SERVER_OPTIONS } from '../../functions/platform/objects/files-door.ts';
import type { FilesDoorOptions } from '../../functions/platform/objects/files-door.ts';
import { openFileObjects } from '../../functions/platform/objects/files.ts';
import type { FileObjects } from '../../functions/platform/objects/files.ts';
import { s3Objects } from '../../functions/platform/objects/s3.ts';
import { freePort } from './free-port.ts';
import type { OpenStore } from './objects-contract.ts';
import { startMoto } from './second-lane/moto.ts';
import { installedFolder, startServer } from './second-lane/server.ts';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test-secret' };
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

export async function openMoto(): Promise<OpenStore> {
  const server = await startMoto();
  return openS3(server.endpoint, () => server.stop());
}

export async function openVersitygw(): Promise<OpenStore> {
  const dir = await mkdtemp(join(tmpdir(), 'casebook-s3-'));
  const server = await startServer(join(installedFolder('versitygw'), 'versitygw'), (port) => {
    const root = ['--access', CREDENTIALS.accessKeyId, '--secret', CREDENTIALS.secretAccessKey];
    return ['--port', `127.0.0.1:${port}`, '--quiet', ...root, 'posix', dir];
  });
  return openS3(server.endpoint, async () => {
    await server.stop();
    await rm(dir, { recursive: true });
  });
}

async function openS3(endpoint: string, close: () => Promise<unknown>): Promise<OpenStore> {
  const config = {
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: CREDENTIALS,
  };
  const client = new S3Client(config);
  const presignClient = new S3Client({ ...config, requestChecksumCalculation: 'WHEN_REQUIRED' });
  // The emulator that runs in this process was given its bucket already.
  await client.send(new CreateBucketCommand({ Bucket: 'casebook' })).catch((error: unknown) => {
    if (!(error instanceof Error && error.name.startsWith('BucketAlready'))) throw error;
  });
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
