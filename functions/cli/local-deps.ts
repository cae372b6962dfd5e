import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Deps, Log } from '../hub/deps.ts';
import { AppError } from '../model/error.ts';
import { openSqliteChanges, type SqliteChanges } from '../platform/changes/sqlite.ts';
import { openSqliteJobs } from '../platform/jobs/sqlite.ts';
import { channels } from '../platform/notifications/channels.ts';
import { smtp } from '../platform/notifications/smtp.ts';
import { webhook } from '../platform/notifications/webhook.ts';
import { openFileObjects, type FileObjects } from '../platform/objects/files.ts';
import { openSqliteRecords } from '../platform/records/sqlite.ts';
import { isolatedAnalyse } from './isolated.ts';
import type { LocalConfig } from './local-config.ts';

/** Everything on this machine: SQLite, files, child processes. */
export interface LocalDeps extends Deps {
  readonly evidence: FileObjects;
  readonly site: FileObjects;
  readonly changes: SqliteChanges;
  close(): void;
}

/** The folder that holds this bundle, and beside it the built site. */
export const PROGRAM_DIR = import.meta.dirname;
const PROGRAM = join(PROGRAM_DIR, 'casebook.mjs');
const Assets = z.object({ script: z.string(), style: z.string() });

export function openEvidence({ dataDir, config }: Pick<LocalConfig, 'dataDir' | 'config'>): Promise<FileObjects> {
  return openFileObjects({
    dir: join(dataDir, 'evidence'),
    secret: config.secret,
    publicUrl: `${config.publicUrl}/objects`,
  });
}

export async function openLocalDeps(local: LocalConfig, log: Log): Promise<LocalDeps> {
  const { config, dataDir, mail } = local;
  const path = join(dataDir, 'casebook.sqlite');
  const records = openSqliteRecords(path);
  const jobs = openSqliteJobs(path, { maxAttempts: config.maxAttempts });
  const changes = openSqliteChanges(path, {
    onError: (error) => log.error('a change could not be published; it is tried again', error),
  });
  return {
    records,
    jobs,
    changes,
    evidence: await openEvidence(local),
    site: await openFileObjects({
      dir: join(dataDir, 'site'),
      secret: config.secret,
      publicUrl: config.publicUrl,
      prefix: '',
    }),
    notifications: channels({
      webhook: webhook({ allowPrivate: local.webhooksInside }),
      ...(mail && { mail: smtp(mail) }),
    }),
    analyse: isolatedAnalyse({ program: PROGRAM, memoryBytes: config.analyseMemoryBytes }),
    config,
    assets: Assets.parse(JSON.parse(readBuilt('web/assets.json'))),
    log,
    now: Date.now,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
    close() {
      changes.close();
      jobs.close();
      records.close();
    },
  };
}

function readBuilt(file: string): string {
  try {
    return readFileSync(join(PROGRAM_DIR, file), 'utf8');
  } catch (cause) {
    throw new AppError('unavailable', `the site is not built (${file} is missing): npm run build`, { cause });
  }
}
