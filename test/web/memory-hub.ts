import { createHash } from 'node:crypto';
import { AppError } from '../../functions/model/error.ts';
import type { Deps } from '../../functions/hub/deps.ts';
import { Config } from '../../functions/hub/config.ts';
import type { ObjectInfo, Objects, PutOptions } from '../../functions/platform/objects/objects.ts';
import type { PutRecord, RecordKey, Records, StoredRecord } from '../../functions/platform/records/records.ts';

/** What publish needs of a hub, in memory: it reads records and objects, and writes objects. */
export interface MemoryHub {
  readonly deps: Deps;
  readonly site: MemoryObjects;
  readonly evidence: MemoryObjects;
  readonly records: MemoryRecords;
  readonly errors: unknown[];
}

export class MemoryObjects implements Objects {
  readonly held = new Map<string, { bytes: Uint8Array; options: PutOptions }>();
  /** Every write and delete, in order. */
  readonly log: string[] = [];
  /** Called before each write: throws to play a crash. */
  beforePut: (key: string) => void = () => undefined;

  async put(key: string, bytes: Uint8Array | string, options: PutOptions = {}): Promise<boolean> {
    if (options.ifAbsent === true && this.held.has(key)) return false;
    await Promise.resolve();
    this.beforePut(key);
    this.log.push(`put ${key}`);
    this.held.set(key, { bytes: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes, options });
    return true;
  }
  read(key: string): Promise<Uint8Array> {
    const found = this.held.get(key);
    return found ? Promise.resolve(found.bytes) : Promise.reject(new AppError('not-found', `there is no ${key}`));
  }
  text(key: string): string {
    const found = this.held.get(key);
    if (!found) throw new Error(`${key} is not on the site; it holds ${[...this.held.keys()].join(', ')}`);
    return new TextDecoder().decode(found.bytes);
  }
  head(key: string): Promise<ObjectInfo | undefined> {
    const found = this.held.get(key);
    if (!found) return Promise.resolve(undefined);
    const etag = createHash('md5').update(found.bytes).digest('hex');
    return Promise.resolve({ key, sizeBytes: found.bytes.byteLength, etag, modifiedAtMs: 0 });
  }
  delete(key: string): Promise<void> {
    this.log.push(`delete ${key}`);
    this.held.delete(key);
    return Promise.resolve();
  }
  async list(prefix: string): Promise<{ objects: ObjectInfo[] }> {
    const infos = [...this.held.keys()].filter((key) => key.startsWith(prefix)).map((key) => this.head(key));
    return { objects: (await Promise.all(infos)).filter((info) => info !== undefined) };
  }
  readonly presignPut = unused;
  readonly startMultipart = unused;
  readonly presignPart = unused;
  readonly listParts = unused;
  readonly completeMultipart = unused;
  readonly abortMultipart = unused;
  readonly presignGet = unused;
  readonly source = unused;
}

function unused(): Promise<never> {
  return Promise.reject(new Error('publish has no business with this'));
}

export class MemoryRecords implements Records {
  readonly held = new Map<string, StoredRecord>();

  get({ partition, sort }: RecordKey): Promise<StoredRecord | undefined> {
    return Promise.resolve(this.held.get(`${partition}|${sort}`));
  }
  put(record: PutRecord): Promise<StoredRecord> {
    const at = `${record.partition}|${record.sort}`;
    const stored = { ...record, version: (this.held.get(at)?.version ?? 0) + 1 };
    this.held.set(at, stored);
    return Promise.resolve(stored);
  }
  query(partition: string, prefix: string, options: { reverse?: boolean } = {}): Promise<{ records: StoredRecord[] }> {
    const records = [...this.held.values()]
      .filter((record) => record.partition === partition && record.sort.startsWith(prefix))
      .sort((a, b) => (a.sort < b.sort ? -1 : 1));
    return Promise.resolve({ records: options.reverse === true ? records.reverse() : records });
  }
  delete({ partition, sort }: RecordKey): Promise<void> {
    this.held.delete(`${partition}|${sort}`);
    return Promise.resolve();
  }
  readonly batchGet = unused;
  readonly due = unused;
  readonly add = unused;
}

export function memoryHub(
  options: { publicUrl?: string; assets?: Deps['assets']; now?: () => number } = {},
): MemoryHub {
  const [site, evidence, records] = [new MemoryObjects(), new MemoryObjects(), new MemoryRecords()];
  const errors: unknown[] = [];
  const deps: Deps = {
    records,
    evidence,
    site,
    jobs: new Proxy({} as Deps['jobs'], { get: () => unused }),
    notifications: { send: unused },
    analyse: unused,
    config: Config.parse({ publicUrl: options.publicUrl ?? 'https://casebook.example.org', secret: 'x'.repeat(32) }),
    assets: options.assets ?? { script: '/assets/client.js', style: '/assets/client.css' },
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (_message, error) => void errors.push(error),
    },
    now: options.now ?? (() => Date.UTC(2026, 10, 22, 12)),
    random: (bytes) => new Uint8Array(bytes),
  };
  return { deps, site, evidence, records, errors };
}
