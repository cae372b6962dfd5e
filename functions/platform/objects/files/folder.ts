import { randomBytes } from 'node:crypto';
import { link, readdir, rename, rmdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ignore, makeFolder, removeFile, syncFolder, systemCode, writeNewFile } from './durable.ts';
import { namesOf } from './key-path.ts';
import { Manifest, readManifest } from './manifest.ts';
import { isAlive, processMark } from './process-mark.ts';

export interface Version extends Pick<Manifest, 'key' | 'etag' | 'contentType' | 'cacheControl'> {
  /** Files with the bytes, in order, synced: moved into the store, or linked so that they stay as well. */
  readonly pieces: readonly { readonly path: string; readonly sizeBytes: number }[];
  readonly keepPieces?: boolean;
  readonly ifAbsent?: boolean;
}

/**
 * The folder of a local store: `keys/` a manifest a key, `data/` the bytes of versions, `staging/` what is under way,
 * `uploads/` parts that wait. A key changes by one rename (or link, if absent) of a manifest; before that the manifest
 * lies in staging, from where the next start finds and removes the bytes of a change that never came to its rename.
 */
export class Folder {
  readonly uploads: string;
  readonly #keys: string;
  readonly #data: string;
  readonly #staging: string;
  readonly #mark = processMark();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(dir: string) {
    this.uploads = join(dir, 'uploads');
    this.#keys = join(dir, 'keys');
    this.#data = join(dir, 'data');
    this.#staging = join(dir, 'staging');
  }

  async open(): Promise<void> {
    for (const path of [this.uploads, this.#keys, this.#data, this.#staging]) await makeFolder(path);
    for (const name of await readdir(this.#staging)) {
      if (!isAlive(name.split('.')[0] ?? '')) await this.#clear(join(this.#staging, name));
    }
  }

  /** A path for bytes under way. Gone after a crash. */
  stage(): string {
    return join(this.#staging, `${this.#mark}.${newId()}`);
  }

  /** Before the bytes of an upload come, not when the disk is full of them. */
  async checkSpace(sizeBytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#staging);
    if (bavail * bsize < sizeBytes) {
      throw Object.assign(new Error(`${sizeBytes} bytes do not fit on the disk.`), { code: 'ENOSPC' });
    }
  }

  get keysPath(): string {
    return this.#keys;
  }

  dataPath(file: string): string {
    return join(this.#data, file);
  }

  manifest(key: string): Promise<Manifest | undefined> {
    return readManifest(this.#keyPath(key));
  }

  /** Undefined, with nothing changed, when `ifAbsent` and the key exists. */
  async publish(version: Version): Promise<Manifest | undefined> {
    const id = newId();
    const { key, etag, contentType, cacheControl, pieces } = version;
    const shard = id.slice(0, 2);
    const segments = pieces.map(({ sizeBytes }, i) => ({ file: `${shard}/${id}.${i}`, sizeBytes }));
    const sizeBytes = pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0);
    const modifiedAtMs = Date.now();
    const manifest = Manifest.parse({ key, id, etag, sizeBytes, modifiedAtMs, contentType, cacheControl, segments });
    const staged = join(this.#staging, `${this.#mark}.${id}.json`);
    try {
      // The folder `staging` is not synced: at worst a loss of power leaves bytes on the disk that no key names.
      await writeNewFile(staged, JSON.stringify(manifest));
      await makeFolder(this.dataPath(shard));
      const take = version.keepPieces ? link : rename;
      for (const [i, piece] of pieces.entries()) await take(piece.path, this.dataPath(`${shard}/${id}.${i}`));
      await syncFolder(this.dataPath(shard));
      const put = () => this.#putManifest(manifest, staged, version.ifAbsent ?? false);
      if (await this.exclusively(key, put)) return manifest;
      await this.#clear(staged);
      return undefined;
    } catch (error) {
      await this.#clear(staged).catch(() => undefined); // what remains is for the next start
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await this.exclusively(key, async () => {
      const path = this.#keyPath(key);
      const dead = `${this.stage()}.json`;
      try {
        await rename(path, dead);
      } catch (error) {
        ignore('ENOENT', 'ENOTDIR')(error);
        return;
      }
      await syncFolder(dirname(path));
      await this.#clear(dead);
      for (let folder = dirname(path); folder !== this.#keys; folder = dirname(folder)) {
        const busy = await rmdir(folder).then(() => false, ignore('ENOTEMPTY', 'EEXIST', 'ENOENT'));
        if (busy !== false) break;
      }
    });
  }

  /** One at a time for one name, in this process: one process writes a folder. */
  async exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(work, work);
    this.#turns.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(name) === turn) this.#turns.delete(name);
    }
  }

  #keyPath(key: string): string {
    return join(this.#keys, ...namesOf(key));
  }

  async #putManifest(manifest: Manifest, staged: string, ifAbsent: boolean): Promise<boolean> {
    const path = this.#keyPath(manifest.key);
    for (let tries = 0; ; tries++) {
      await makeFolder(dirname(path));
      try {
        if (ifAbsent) {
          await link(staged, path);
          await syncFolder(dirname(path));
          await removeFile(staged);
        } else {
          const old = `${this.stage()}.json`;
          const replaces = await link(path, old).then(() => true, ignore('ENOENT'));
          await rename(staged, path);
          await syncFolder(dirname(path));
          if (replaces) await this.#clear(old);
        }
        return true;
      } catch (error) {
        if (ifAbsent && systemCode(error) === 'EEXIST') return false;
        // A delete of a neighbour took the empty folder away in between.
        if (systemCode(error) !== 'ENOENT' || tries === 10) throw error;
      }
    }
  }

  /** Removes what staging holds, and the bytes it names unless they are what the key shows. */
  async #clear(path: string): Promise<void> {
    if (path.endsWith('.json')) {
      // Half-written by a crash: then nothing was moved yet.
      const manifest = await readManifest(path).catch(() => undefined);
      if (manifest && (await this.manifest(manifest.key))?.id !== manifest.id) {
        for (const segment of manifest.segments) await removeFile(this.dataPath(segment.file));
      }
    }
    await removeFile(path);
  }
}

export function newId(): string {
  return randomBytes(16).toString('hex');
}
