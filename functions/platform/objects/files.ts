import { AppError } from '../../model/error.ts';
import { removeFile } from './files/durable.ts';
import { fileSource } from './files/file-source.ts';
import { Folder } from './files/folder.ts';
import { listKeys } from './files/list-keys.ts';
import { infoOf } from './files/manifest.ts';
import type { FileInfo, Manifest } from './files/manifest.ts';
import { receive } from './files/receive.ts';
import { grantSigner } from './files/signature.ts';
import type { Grant } from './files/signature.ts';
import { Uploads } from './files/uploads.ts';
import { checkKey } from './key.ts';
import { checkExpiry, checkPartNumber, checkSize } from './limits.ts';
import type { ObjectInfo, Objects, ObjectSource, Part } from './objects.ts';

const LIST_LIMIT = 1000;
/** A socket that says nothing for so long is taken for dead. */
const IDLE_MS = 60_000;

export interface FileObjectsOptions {
  readonly dir: string;
  /** Signs the URLs. */
  readonly secret: string;
  /** Where `filesDoor` is mounted, as clients see it: `http://127.0.0.1:8787/objects`. */
  readonly publicUrl: string;
  /** Before every key, as with a shared bucket. */
  readonly prefix?: string;
  readonly now?: () => number;
}

/** Called when an object is durably visible through a PUT or a completed upload; a text it answers goes to the client. */
export type Created = (key: string, info: ObjectInfo) => Promise<string | undefined>;

/** What the HTTP half needs beside the port. Keys here and there are without the prefix. */
export interface FileObjects extends Objects {
  verify(query: URLSearchParams): Grant;
  receiveObject(key: string, sizeBytes: number, body: ReadableStream<Uint8Array>): Promise<ObjectInfo>;
  receivePart(grant: Extract<Grant, { may: 'part' }>, body: ReadableStream<Uint8Array>): Promise<Part>;
  open(key: string): Promise<{ info: FileInfo; source: ObjectSource } | undefined>;
  /** One listener, of completed uploads; PUTs are told by who receives them. */
  whenCompleted(listener: Created): void;
}

/** Blobs in a folder of this machine: survive `kill -9` and loss of power, are seen whole or not at all. */
export async function openFileObjects(options: FileObjectsOptions): Promise<FileObjects> {
  const prefix = options.prefix ?? '';
  const now = options.now ?? Date.now;
  const publicUrl = options.publicUrl.replace(/\/+$/, '');
  const signer = grantSigner(options.secret, prefix);
  const folder = new Folder(options.dir);
  await folder.open();
  const uploads = new Uploads(folder);
  await uploads.clearAbandoned();
  let completed: Created | undefined;

  const full = (key: string): string => checkKey(prefix + checkKey(key));
  const shown = (manifest: Manifest): FileInfo => ({ ...infoOf(manifest), key: manifest.key.slice(prefix.length) });
  const expires = (seconds: number): number => {
    checkExpiry(seconds);
    return Math.floor(now() / 1000) + seconds;
  };
  const urlOf = (grant: Grant): string => `${publicUrl}/file?${signer.sign(grant).toString()}`;

  async function found(key: string): Promise<Manifest> {
    const manifest = await folder.manifest(full(key));
    if (!manifest) throw new AppError('not-found', `There is no object ${key}.`);
    return manifest;
  }

  /** Bytes to a staged file, which is gone afterwards unless `use` moved it. */
  async function staged<T>(
    body: ReadableStream<Uint8Array>,
    sizeBytes: number,
    use: (path: string, received: { hash: string; sizeBytes: number }) => Promise<T>,
  ): Promise<T> {
    const path = folder.stage();
    await folder.checkSpace(sizeBytes);
    try {
      return await use(path, await receive(path, body, { sizeBytes, idleMs: IDLE_MS }));
    } finally {
      await removeFile(path);
    }
  }

  return {
    presignPut: async (key, { sizeBytes, expiresInSeconds }) => {
      full(key);
      checkSize(sizeBytes);
      return Promise.resolve(urlOf({ may: 'put', key, size: sizeBytes, expires: expires(expiresInSeconds) }));
    },

    startMultipart: (key) => uploads.start(full(key)),

    presignPart: async (key, uploadId, { partNumber, sizeBytes, expiresInSeconds }) => {
      full(key);
      checkSize(sizeBytes);
      checkPartNumber(partNumber);
      const limits = { size: sizeBytes, expires: expires(expiresInSeconds) };
      return Promise.resolve(urlOf({ may: 'part', key, upload: uploadId, part: partNumber, ...limits }));
    },

    listParts: async (key, uploadId) => {
      const parts = await uploads.list(full(key), uploadId);
      return parts.map(({ partNumber, etag, sizeBytes }) => ({ partNumber, etag, sizeBytes }));
    },

    completeMultipart: async (key, uploadId, parts) => {
      const info = shown(await uploads.complete(full(key), uploadId, parts));
      await completed?.(key, info);
      return info;
    },

    abortMultipart: (key, uploadId) => uploads.abort(full(key), uploadId),

    presignGet: async (key, { expiresInSeconds, downloadName }) => {
      full(key);
      return Promise.resolve(urlOf({ may: 'get', key, name: downloadName, expires: expires(expiresInSeconds) }));
    },

    head: async (key) => {
      const manifest = await folder.manifest(full(key));
      return manifest && shown(manifest);
    },

    source: async (key) => fileSource(folder, await found(key)),

    read: async (key) => {
      const source = fileSource(folder, await found(key));
      const bytes = new Uint8Array(source.size);
      let filled = 0;
      for await (const chunk of source.stream()) {
        bytes.set(chunk, filled);
        filled += chunk.byteLength;
      }
      return bytes;
    },

    put: async (key, content, { contentType, cacheControl, ifAbsent } = {}) => {
      if (ifAbsent && (await folder.manifest(full(key)))) return false;
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      return staged(streamOf(bytes), bytes.byteLength, async (path, { hash, sizeBytes }) => {
        const pieces = [{ path, sizeBytes }];
        const version = { key: full(key), etag: `"${hash}"`, contentType, cacheControl, pieces, ifAbsent };
        return (await folder.publish(version)) !== undefined;
      });
    },

    delete: (key) => folder.remove(full(key)),

    list: async (keyPrefix, { cursor, limit = LIST_LIMIT } = {}) => {
      const count = Math.max(1, Math.min(LIST_LIMIT, limit));
      const after = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString('utf8');
      const options = { prefix: prefix + keyPrefix, after, limit: count + 1 };
      const keys = await listKeys(folder.keysPath, options);
      const page = keys.slice(0, count);
      const manifests: (Manifest | undefined)[] = [];
      // 32 at a time: more only queue for the four threads of the file system.
      for (let i = 0; i < page.length; i += 32) {
        manifests.push(...(await Promise.all(page.slice(i, i + 32).map((key) => folder.manifest(key)))));
      }
      const objects = manifests.filter((manifest) => manifest !== undefined).map(shown);
      const last = page.at(-1);
      const more = keys.length > count && last !== undefined;
      return more ? { objects, cursor: Buffer.from(last).toString('base64url') } : { objects };
    },

    verify: (query) => signer.verify(query, now()),

    receiveObject: (key, size, body) =>
      staged(body, size, async (path, { hash, sizeBytes }) => {
        const manifest = await folder.publish({ key: full(key), etag: `"${hash}"`, pieces: [{ path, sizeBytes }] });
        if (!manifest) throw new Error(`${key} was not published.`);
        return shown(manifest);
      }),

    receivePart: async ({ key, upload, part, size }, body) => {
      await uploads.list(full(key), upload); // before its bytes come: is there such an upload?
      return staged(body, size, (path, received) => uploads.add(full(key), upload, part, path, received));
    },

    open: async (key) => {
      const manifest = await folder.manifest(full(key));
      return manifest && { info: shown(manifest), source: fileSource(folder, manifest) };
    },

    whenCompleted: (listener) => {
      completed = listener;
    },
  };
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
