import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { createApi } from '../../functions/api/create-api.ts';
import { workOn } from '../../functions/hub/run-worker.ts';
import { Config } from '../../functions/hub/config.ts';
import type { AnalyseIsolated, Deps } from '../../functions/hub/deps.ts';
import { receiveObject } from '../../functions/hub/receive-object.ts';
import { Analysis } from '../../functions/model/analysis.ts';
import { AppError } from '../../functions/model/error.ts';
import type { Person } from '../../functions/model/person.ts';
import { openSqliteJobs } from '../../functions/platform/jobs/sqlite.ts';
import type { Notification } from '../../functions/platform/notifications/notifications.ts';
import { openFileObjects } from '../../functions/platform/objects/files.ts';
import { filesDoor } from '../../functions/platform/objects/files-door.ts';
import { openSqliteRecords } from '../../functions/platform/records/sqlite.ts';

export const ORIGIN = 'http://127.0.0.1:8787';
export const MAINTAINER: Person = { subject: 'm-1', name: 'Mara', email: 'mara@example.org' };

export type TestHub = Awaited<ReturnType<typeof openTestHub>>;

/** A hub of the real local adapters in a temporary folder, with a clock that the test moves. */
export async function openTestHub(config: Partial<Config> = {}, wrap: (deps: Deps) => Deps = (deps) => deps) {
  const dir = await mkdtemp(join(tmpdir(), 'casebook-hub-'));
  const clock = { nowMs: Date.UTC(2026, 0, 1) };
  // Ticks, so that what follows something is later than it.
  const publicUrl = config.publicUrl ?? ORIGIN;
  const now = () => clock.nowMs++;
  const sent: Notification[] = [];
  const logged: string[] = [];
  const secret = 'a secret of the tests, longer than 32 bytes';
  const database = join(dir, 'casebook.db');
  const records = openSqliteRecords(database, { now });
  const jobs = openSqliteJobs(database, { now });
  const evidence = await openFileObjects({
    dir: join(dir, 'evidence'),
    secret,
    publicUrl: `${publicUrl}/objects`,
    now,
  });
  const site = await openFileObjects({ dir: join(dir, 'site'), secret, publicUrl: `${publicUrl}/site`, now });
  const log = (message: string) => void logged.push(message);
  const deps = wrap({
    records,
    evidence,
    site,
    jobs,
    notifications: { send: (notification) => Promise.resolve(void sent.push(notification)) },
    analyse: (request, options) => analyseText(evidence)(request, options),
    config: { ...Config.parse({ publicUrl, secret }), ...config },
    assets: { script: '/script.js', style: '/style.css' },
    log: { info: log, warn: log, error: (message, error) => log(`${message}: ${String(error)}`) },
    now,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
  });
  const app = new Hono();
  app.route('/objects', filesDoor(evidence, { onCreated: (key) => receiveObject(deps, key) }));
  app.route('/', createApi(deps, { clientAddress: (c) => c.req.header('x-test-address') ?? '203.0.113.7' }));

  return {
    deps,
    app,
    clock,
    sent,
    logged,
    evidence,
    dir,
    /** Works on every message that is visible now; answers how many there were. */
    async work(): Promise<number> {
      let count = 0;
      for (;;) {
        const messages = await jobs.receive({ max: 1, visibilitySeconds: 120 });
        for (const message of messages) await workOn(deps, message);
        if (messages.length === 0) return count;
        count += messages.length;
      }
    },
    async close() {
      records.close();
      jobs.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The bytes of a URL that the store signed, sent to it as any client does. */
export async function putBytes(hub: Pick<TestHub, 'app'>, url: string, bytes: string | Uint8Array): Promise<Response> {
  const body = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const headers = { 'content-length': String(body.byteLength) };
  return hub.app.request(url.trim(), { method: 'PUT', body: new Uint8Array(body), headers });
}

/**
 * A format of its own for the state machine: a text whose first word says what happens. `crash` fails as a bug does, `corrupt`
 * is refused, an Analysis as JSON is a report, anything else is analysed.
 */
function analyseText(objects: Deps['evidence']): AnalyseIsolated {
  return async ({ key, kind }, { progress }) => {
    const text = new TextDecoder().decode(await objects.read(key));
    progress('reading', 0.5);
    if (kind === 'report') {
      const parsed = Analysis.safeParse(JSON.parse(text));
      if (parsed.success) return parsed.data;
      throw new AppError('bad-input', 'not an Analysis');
    }
    if (text.startsWith('crash')) throw new TypeError('a bug');
    if (text.startsWith('corrupt')) throw new AppError('corrupt', 'byte 7 is wrong', { data: { looksLike: 'text' } });
    return testAnalysis(text.length);
  };
}

export function testAnalysis(sizeBytes: number): Analysis {
  return {
    format: 'test-text',
    analyserVersion: 1,
    facts: [{ name: 'length', value: sizeBytes, unit: 'bytes' }],
    findings: [],
    views: [],
    series: [],
    events: [],
    signatures: [],
    warnings: [],
    context: { pod: 'from-the-file', version: '9.9' },
  };
}
