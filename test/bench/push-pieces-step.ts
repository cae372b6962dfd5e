/** One step of `push-pieces.ts`, in a process of its own: `make`, `publish` or `change`; says what it took. */
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../functions/analysis/analyser.ts';
import { SampleSetBuilder } from '../../functions/analysis/series/sample-set-builder.ts';
import { analysisFromSamples } from '../../functions/analysis/series/samples-to-analysis.ts';
import { Config } from '../../functions/hub/config.ts';
import type { Deps } from '../../functions/hub/deps.ts';
import { changeEvidence, evidenceKind } from '../../functions/hub/evidence-record.ts';
import { analysisKey } from '../../functions/hub/keys.ts';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { publishInvestigation } from '../../functions/hub/publish/publish.ts';
import { writeStored } from '../../functions/hub/stored.ts';
import { Evidence } from '../../functions/model/evidence.ts';
import { newId } from '../../functions/model/id.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { openFileObjects } from '../../functions/platform/objects/files.ts';
import { openSqliteJobs } from '../../functions/platform/jobs/sqlite.ts';
import { openSqliteRecords } from '../../functions/platform/records/sqlite.ts';

const SLUG = 'pieces';
const T0_MS = Date.UTC(2026, 0, 1);
const EVERY_MS = 15_000;
const publicUrl = 'http://127.0.0.1';

async function openDeps(dir: string): Promise<Deps> {
  const secret = 'a secret of the benchmark, longer than 32 bytes';
  const open = (name: string) => openFileObjects({ dir: join(dir, name), secret, publicUrl });
  return {
    records: openSqliteRecords(join(dir, 'casebook.db'), { now: Date.now }),
    jobs: openSqliteJobs(join(dir, 'casebook.db'), { now: Date.now }),
    evidence: await open('evidence'),
    site: await open('site'),
    notifications: { send: () => Promise.resolve() },
    analyse: () => Promise.reject(new Error('nothing is analysed here')),
    config: Config.parse({ publicUrl, secret }),
    assets: { script: '/script.js', style: '/style.css' },
    log: { info: () => undefined, warn: console.warn, error: console.error },
    now: Date.now,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  };
}

/** What the analysis of one piece says: containers with two kinds of memory each. */
function analysisOf(piece: number, seriesCount: number, samples: number) {
  const builder = new SampleSetBuilder();
  for (let i = 0; i < seriesCount; i++) {
    const labels = { namespace: 'shop', pod: `app-${i >> 1}`, container: 'app' };
    const columns = builder.series(i % 2 ? 'container_memory_rss' : 'container_memory_working_set_bytes', labels);
    for (let k = piece * samples; k < (piece + 1) * samples; k++)
      builder.push(columns, T0_MS + k * EVERY_MS, 2e8 + i * 1e5 + ((k * 2_654_435_761) % 1e6) + (i < 4 ? k * 2000 : 0));
  }
  const run = { signal: new AbortController().signal, limits: DEFAULT_LIMITS, progress: () => undefined };
  return analysisFromSamples(builder.finish(), { format: 'push-log', version: 1 }, run);
}

async function putAnalysis(deps: Deps, id: string, etag: string, analysis: unknown): Promise<string> {
  const key = analysisKey(SLUG, id, etag, 1);
  await deps.evidence.put(key, JSON.stringify(analysis), { contentType: 'application/json' });
  return key;
}

async function make(deps: Deps, pieces: number, series: number, samples: number): Promise<void> {
  const investigation = NewInvestigation.parse({ slug: SLUG, title: 'Pieces', product: 'shop' });
  await openInvestigation(deps, investigation, { subject: 'm', name: 'Mara', email: 'mara@example.org' });
  for (let piece = 0; piece < pieces; piece++) {
    const submittedAtMs = T0_MS + piece * samples * EVERY_MS;
    const id = newId(submittedAtMs, deps.random(10));
    const next = Evidence.parse({
      ...{
        id,
        slug: SLUG,
        kind: 'push',
        name: 'Pushed by prod',
        sizeBytes: 1,
        state: 'analysed',
        visibility: 'visible',
      },
      ...{ submittedBy: 'prod', submittedAtMs, receiptHash: '0'.repeat(64), format: 'push-log', analyserVersion: 1 },
      ...{ analysedAtMs: submittedAtMs, hasSeries: true, version: 0 },
      analysisKey: await putAnalysis(deps, id, 'a', analysisOf(piece, series, samples)),
    });
    await writeStored(deps, evidenceKind(deps, SLUG, id), { next }, 0);
  }
}

/** As each analysis of growing evidence ends. */
async function change(deps: Deps, pieces: number, series: number, samples: number): Promise<number[]> {
  const { records } = await deps.records.query(`investigation#${SLUG}`, 'evidence#', { reverse: true, limit: 1 });
  const id = String(records[0]?.body['id']);
  const analysis = analysisOf(pieces - 1, series, samples);
  const seconds: number[] = [];
  for (let turn = 0; turn < 6; turn++) {
    const stored = await putAnalysis(deps, id, `b${turn}`, analysis);
    const analysedAtMs = T0_MS + turn;
    await changeEvidence(deps, SLUG, id, (current) => ({ next: { ...current, analysisKey: stored, analysedAtMs } }));
    const { user, system } = process.cpuUsage();
    await publishInvestigation(deps, SLUG);
    const spent = process.cpuUsage();
    seconds.push((spent.user - user + spent.system - system) / 1e6);
  }
  return seconds;
}

const [step, dir = '', ...counts] = process.argv.slice(2);
const [pieces = 0, series = 0, samples = 0] = counts.map(Number);
const deps = await openDeps(dir);
if (step === 'make') await make(deps, pieces, series, samples);
else if (step === 'publish') await publishInvestigation(deps, SLUG);
const seconds = step === 'change' ? await change(deps, pieces, series, samples) : [];
const told = seconds.length > 0 ? `: ${seconds.map((one) => one.toFixed(2)).join(', ')} s each` : '';
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
process.stdout.write(
  `${step}: processor ${((userCPUTime + systemCPUTime) / 1e6).toFixed(1)} s, peak ${Math.round(maxRSS / 1000)} MB${told}\n`,
);
