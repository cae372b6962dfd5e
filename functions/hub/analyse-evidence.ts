import { z } from 'zod';
import type { Analysis, Context } from '../model/analysis.ts';
import { AppError, isAppError, type ErrorCode } from '../model/error.ts';
import { Evidence } from '../model/evidence.ts';
import { Id, Slug } from '../model/id.ts';
import { compareAnew, comparedObjects } from './compared-objects.ts';
import type { Deps } from './deps.ts';
import { changeEvidence, refused } from './evidence-record.ts';
import { analysisKey, nounKey, rawKey } from './keys.ts';
import { evaluateAlerts } from './evaluate-alerts.ts';
import { startLife, type Life } from './life.ts';
import { getMapping, mappingStamp } from './mapping-record.ts';
import { compactPushes } from './push/compact-pushes.ts';
import { pruneAnalyses } from './push/push-objects.ts';
import { pushDelaySeconds, wholeIntervalSeconds } from './push/push-evidence.ts';
import { receiveObject, sendJob } from './receive-object.ts';
import { parseStored } from './stored.ts';

const Job = z.object({ slug: Slug, id: Id });

/** Undefined for what names no evidence. */
export function parseJob(body: string): z.infer<typeof Job> | undefined {
  try {
    return Job.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

export interface JobMessage {
  readonly body: string;
  /** 1 for the first delivery. */
  readonly attempts: number;
}

/** Fresher than this, a sign of life on the first delivery of a message belongs to another message's worker. */
const ALIVE_MS = 90_000;

/** These say something of the evidence; any other code says something of the house, and is tried again. */
const REFUSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad-input',
  'unrecognised',
  'unsupported',
  'corrupt',
  'too-large',
  'too-slow',
]);

/**
 * Step 3: reads the job, analyses, stores one immutable Analysis, then makes one conditional state write. Returns when
 * the message is spent; throws when the attempt failed and the message must come again. Running twice changes nothing.
 */
export async function analyseJob(deps: Deps, message: JobMessage, heartbeat: () => Promise<void>): Promise<void> {
  const job = parseJob(message.body);
  if (!job) {
    deps.log.warn('a job that names no evidence was dropped', { body: message.body.slice(0, 200) });
    return;
  }
  const { slug, id } = job;
  if (await isTooSoon(deps, slug, id)) return;
  const started = await begin(deps, slug, id, message.attempts);
  if (!started) return;
  const life = startLife(deps, started, heartbeat);
  try {
    await analyseOnce(deps, started, life);
  } catch (error) {
    const reason: unknown = life.signal.aborted ? life.signal.reason : error;
    await conclude(deps, started, reason);
  } finally {
    await life.end();
  }
}

/** Growing evidence is analysed at a bounded rate, however many jobs name it: this one comes again later. */
async function isTooSoon(deps: Deps, slug: string, id: string): Promise<boolean> {
  const stored = await deps.records.get(nounKey(slug, 'evidence', id));
  const evidence = stored && parseStored(Evidence, stored);
  if (evidence?.kind !== 'push' || evidence.state !== 'received' || evidence.analysedAtMs === undefined) return false;
  const delaySeconds = pushDelaySeconds(deps, evidence);
  if (delaySeconds <= 1) return false;
  await sendJob(deps, slug, id, delaySeconds);
  return true;
}

async function begin(deps: Deps, slug: string, id: string, deliveries: number): Promise<Evidence | undefined> {
  const change = changeEvidence(deps, slug, id, (current) => {
    const nowMs = deps.now();
    const waits = current.state === 'received' || current.state === 'analysing';
    const alive = current.state === 'analysing' && nowMs - (current.progress?.atMs ?? 0) < ALIVE_MS;
    if (!waits || (alive && deliveries === 1)) return undefined;
    return {
      next: {
        ...current,
        state: 'analysing',
        attempts: current.attempts + 1,
        progress: { step: 'starting', done: 0, atMs: nowMs },
        morePushed: undefined,
        remapped: undefined,
      },
      // What grows is analysed again and again: only the first time is news.
      ...(current.kind === 'push' && current.analysedAtMs !== undefined
        ? {}
        : {
            event: {
              kind: 'evidence/analysing',
              by: 'casebook',
              subjectId: id,
              text: `Analysis started, attempt ${current.attempts + 1}`,
              audience: 'maintainers' as const,
            },
          }),
    };
  });
  const { record, changed } = await change.catch((error: unknown) => {
    if (isAppError(error) && error.code === 'not-found') return { record: undefined, changed: false };
    throw error;
  });
  return changed ? record : undefined;
}

async function analyseOnce(deps: Deps, evidence: Evidence, life: Life): Promise<void> {
  const { slug, id } = evidence;
  const startedMs = deps.now();
  const grows = evidence.kind === 'push';
  const compared = evidence.kind === 'comparison' ? await comparedObjects(deps, evidence) : undefined;
  const info =
    compared ?? (grows ? (await compactPushes(deps, evidence))?.info : await deps.evidence.head(rawKey(slug, id)));
  if (!info) throw new AppError('gone', 'the bytes are not there any more: submit them again');
  const { key } = info;
  if (!grows && info.etag !== evidence.etag) {
    // Overwritten since, and the event is late or lost: what is there now gets its own job.
    await (compared ? compareAnew(deps, evidence, info.etag) : receiveObject(deps, key));
    throw new AppError('aborted', 'other bytes took the place of those that this job was for');
  }
  const mapping = compared || evidence.kind === 'report' ? { series: [] } : await getMapping(deps, slug);
  const stamp = mappingStamp(mapping);
  const analysis = await life.race(
    deps.analyse(
      {
        key,
        name: evidence.name,
        kind: evidence.kind,
        context: evidence.context,
        ...(compared && { compared: compared.objects }),
        ...(mapping.series.length > 0 && { mapping: mapping.series }),
      },
      { signal: life.signal, progress: (step, done) => life.progress(step, done) },
    ),
  );
  const stored = analysisKey(slug, id, info.etag, analysis.analyserVersion, stamp);
  await deps.evidence.put(stored, JSON.stringify(analysis), { contentType: 'application/json', ifAbsent: true });
  await life.end();
  // Before the state that ends the job, so that a crash repeats it; what waits for approval or is a stranger's word alarms nobody.
  if (evidence.visibility === 'visible' && evidence.kind !== 'report') {
    await evaluateAlerts(deps, slug, analysis, mapping.series).catch((error: unknown) =>
      deps.log.error('alerts could not be evaluated', error, { slug, id }),
    );
  }
  const { record } = await changeEvidence(deps, slug, id, (current) => {
    if (current.state !== 'analysing') return undefined;
    if (current.etag !== evidence.etag) throw new Error('other bytes arrived during the analysis');
    const once = { ...analysed(current, analysis, stored, deps.now()), mappingStamp: stamp || undefined };
    const event = { kind: 'evidence/analysed', by: 'casebook', subjectId: id, text: analysedText(current, analysis) };
    const isAgain = (grows && current.morePushed) || current.remapped;
    const next = isAgain ? waitsAgain(once, deps.now()) : once;
    // Whoever follows heard of it; that it was read by another mapping is told by the event of the mapping.
    const isReread = current.analysedAtMs !== undefined && (current.mappingStamp ?? '') !== stamp;
    if (!grows) return isReread ? { next, publish: true } : { next, event };
    return {
      next: { ...next, etag: info.etag, analysisTookMs: deps.now() - startedMs },
      ...(current.analysedAtMs === undefined ? { event } : { publish: true as const }),
    };
  });
  if (record.state === 'received') await sendJob(deps, slug, id, grows ? pushDelaySeconds(deps, record) : 0);
  if (grows && record.analysisKey === stored) await pruneAnalyses(deps, slug, id, stored);
  // Deleted by its submitter meanwhile: what was just stored must go as well.
  if (record.state === 'deleted') await deps.evidence.delete(stored);
}

function waitsAgain(ended: Evidence, nowMs: number): Evidence {
  return { ...ended, state: 'received', morePushed: undefined, remapped: undefined, attempts: 0, receivedAtMs: nowMs };
}

function analysed(current: Evidence, analysis: Analysis, stored: string, nowMs: number): Evidence {
  return {
    ...current,
    state: 'analysed',
    progress: undefined,
    refusal: undefined,
    failure: undefined,
    format: analysis.format,
    analyserVersion: analysis.analyserVersion,
    analysedAtMs: nowMs,
    analysisKey: stored,
    mainFact: mainFactOf(current, analysis),
    findingCount: analysis.findings.length,
    hasSeries: analysis.series.length > 0,
    context: prefill(current.context, analysis.context),
  };
}

/** Of a comparison, what came on top; of anything else, what its analyser says first. */
function mainFactOf({ kind }: Evidence, { facts }: Analysis): Analysis['facts'][number] | undefined {
  const grown = kind === 'comparison' ? facts.find(({ name }) => name.endsWith('BytesDelta')) : undefined;
  return grown ?? facts[0];
}

/** What the submitter said stands; the file's own word fills the gaps. */
export function prefill(given: Context, read: Context): Context {
  const said = Object.fromEntries(
    Object.entries<unknown>(given).filter(([, value]) => value !== undefined && value !== ''),
  );
  return { ...read, ...said };
}

function analysedText(evidence: Evidence, analysis: Analysis): string {
  const found = analysis.findings.length;
  const by = evidence.kind === 'report' ? ' (reported by the submitter)' : '';
  return `Analysed as ${analysis.format}: ${found} ${found === 1 ? 'finding' : 'findings'}${by}`;
}

/** Ends the attempt: refused, or thrown to be tried again; after the last attempt both. */
async function conclude(deps: Deps, evidence: Evidence, error: unknown): Promise<void> {
  const { slug, id } = evidence;
  if (isAppError(error) && error.code === 'aborted') return;
  if (isAppError(error) && (REFUSING.has(error.code) || error.code === 'gone')) {
    const looksLike = typeof error.data['looksLike'] === 'string' ? error.data['looksLike'] : '';
    const { record, changed } = await changeEvidence(deps, slug, id, (current) => {
      if (current.state !== 'analysing' || current.etag !== evidence.etag) return undefined;
      const end = refused(current, { code: error.code, message: error.message, looksLike });
      return current.morePushed ? { ...end, next: waitsAgain(end.next, deps.now()) } : end;
    });
    // What came meanwhile may hold what was missing.
    if (changed && record.state === 'received') await sendJob(deps, slug, id, wholeIntervalSeconds(deps));
    return;
  }
  deps.log.error('an attempt to analyse failed', error, { slug, id, attempts: evidence.attempts });
  // By the record's count, not the message's: a host that was stopped is no attempt of the evidence (`recoverInterrupted`).
  if (evidence.attempts >= deps.config.maxAttempts) await refuseAsFailed(deps, evidence, String(error));
  throw error;
}

export const FAILED = 'failed';

/** Not the evidence's fault as far as we know: the message waits among the dead letters for a maintainer to redrive. */
export async function refuseAsFailed(deps: Deps, evidence: Evidence, why: string): Promise<void> {
  const failure = { message: why.slice(0, 1000), atMs: deps.now() };
  await changeEvidence(deps, evidence.slug, evidence.id, (current) =>
    current.state === 'analysing' && current.etag === evidence.etag
      ? refused(
          { ...current, failure },
          {
            code: FAILED,
            message: `the analysis failed ${current.attempts} times, for a reason that is not in the file as far as we know; a maintainer can run it again`,
            looksLike: '',
          },
        )
      : undefined,
  );
}
