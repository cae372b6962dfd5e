import { createHash } from 'node:crypto';
import { readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, isAppError } from '../../../model/error.ts';
import { checkParts } from '../limits.ts';
import type { WantedPart } from '../limits.ts';
import type { Part } from '../objects.ts';
import { ignore, makeFolder, removeFile, syncFolder, systemCode, writeNewFile } from './durable.ts';
import { newId } from './folder.ts';
import type { Folder } from './folder.ts';
import type { Manifest } from './manifest.ts';
import type { Received } from './receive.ts';

/** As the lifecycle rule of the bucket does: nobody resumes after a week. */
const ABANDONED_AFTER_MS = 7 * 86_400_000;
const UPLOAD_FILE = 'upload.json';
const Upload = z.object({ key: z.string() });

interface PartFile extends Part {
  readonly path: string;
}

/** Parts on disk, a folder an upload; a part's file name carries its number, size and hash, so a restart knows them. */
export class Uploads {
  readonly #folder: Folder;

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  async clearAbandoned(): Promise<void> {
    for (const uploadId of await readdir(this.#folder.uploads)) {
      const path = join(this.#folder.uploads, uploadId);
      const info = await stat(path).catch(ignore('ENOENT'));
      if (info && Date.now() - info.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
    }
  }

  async start(key: string): Promise<string> {
    const uploadId = newId();
    const path = this.#path(uploadId);
    await makeFolder(path);
    const staged = this.#folder.stage();
    await writeNewFile(staged, JSON.stringify({ key }));
    await rename(staged, join(path, UPLOAD_FILE));
    await syncFolder(path);
    return uploadId;
  }

  async list(key: string, uploadId: string): Promise<PartFile[]> {
    const path = this.#path(uploadId);
    const text = await readFile(join(path, UPLOAD_FILE), 'utf8').catch(ignore('ENOENT'));
    if (text === undefined || Upload.parse(JSON.parse(text)).key !== key) throw unknown(key);
    const parts = new Map<number, PartFile>();
    for (const name of (await readdir(path).catch(ignore('ENOENT'))) ?? []) {
      const match = /^part-(\d{5})-(\d+)-([0-9a-f]{64})$/.exec(name);
      if (!match) continue;
      const partNumber = Number(match[1]);
      // Two of one number only after a crash between the rename of the new and the removal of the old: either is whole.
      parts.set(partNumber, {
        partNumber,
        etag: `"${match[3] ?? ''}"`,
        sizeBytes: Number(match[2]),
        path: join(path, name),
      });
    }
    return [...parts.values()].sort((a, b) => a.partNumber - b.partNumber);
  }

  /** `staged` holds the part's bytes, synced. */
  async add(key: string, uploadId: string, partNumber: number, staged: string, received: Received): Promise<Part> {
    return this.#folder.exclusively(`${uploadId}#${partNumber}`, async () => {
      const older = (await this.list(key, uploadId)).filter((part) => part.partNumber === partNumber);
      const path = this.#path(uploadId);
      const name = `part-${String(partNumber).padStart(5, '0')}-${received.sizeBytes}-${received.hash}`;
      try {
        await rename(staged, join(path, name));
      } catch (error) {
        throw systemCode(error) === 'ENOENT' ? unknown(key) : error;
      }
      for (const part of older) if (part.path !== join(path, name)) await removeFile(part.path);
      await syncFolder(path);
      return { partNumber, etag: `"${received.hash}"`, sizeBytes: received.sizeBytes };
    });
  }

  /**
   * Links the parts into a version and publishes it: no byte is copied, and until the manifest's rename nothing shows. The
   * upload stays whole until then, so after a crash anywhere the same call does it again.
   */
  async complete(key: string, uploadId: string, wanted: readonly WantedPart[]): Promise<Manifest> {
    return this.#folder.exclusively(`complete#${uploadId}`, async () => {
      const pieces = checkParts(wanted, await this.list(key, uploadId));
      const hash = createHash('sha256');
      for (const { etag } of pieces) hash.update(etag);
      const etag = `"${hash.digest('hex')}-${pieces.length}"`;
      const manifest = await this.#folder.publish({ key, etag, pieces, keepPieces: true });
      if (!manifest) throw new Error(`${key} was not published.`);
      await this.#remove(uploadId);
      return manifest;
    });
  }

  /** Fine when it is gone already. */
  async abort(key: string, uploadId: string): Promise<void> {
    try {
      await this.list(key, uploadId);
    } catch (error) {
      if (isAppError(error) && error.code === 'not-found') return;
      throw error;
    }
    await this.#remove(uploadId);
  }

  /** The name goes first: from then on the upload is unknown, and a rest after a crash is cleared as abandoned. */
  async #remove(uploadId: string): Promise<void> {
    await removeFile(join(this.#path(uploadId), UPLOAD_FILE));
    await rm(this.#path(uploadId), { recursive: true, force: true, maxRetries: 3 });
  }

  #path(uploadId: string): string {
    if (!/^[0-9a-f]{32}$/.test(uploadId)) throw new AppError('not-found', 'There is no such upload.');
    return join(this.#folder.uploads, uploadId);
  }
}

function unknown(key: string): AppError {
  return new AppError('not-found', `There is no such upload of ${key}: it is completed, aborted or expired.`);
}
