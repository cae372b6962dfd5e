import type { Analysis, Finding } from '../../model/analysis.ts';
import type { Verdict } from '../../model/case.ts';
import type { Deploy } from '../../model/casework.ts';
import type { Mapping } from '../series/recognise/mapping.ts';
import { clusterOf } from './cluster-of.ts';
import type { AnalysedEvidence } from './fold-case.ts';
import { holderSentence } from './holder-sentence.ts';
import { deploySentence, type Window } from './near-deploy.ts';
import { metricsVerdictOf, type MetricsVerdict } from './metrics-verdict.ts';
import { findSubjects } from '../series/recognise/subjects.ts';
import { samplesOfAnalyses } from '../series/samples-of-analyses.ts';
import { verdictReport } from '../series/verdict/verdict.ts';

/** What people said beside the evidence. */
export interface SaidOfCase {
  readonly mapping: Mapping;
  readonly deploys: readonly Deploy[];
}
const NOTHING_SAID: SaidOfCase = { mapping: [], deploys: [] };

type Judged = ReadonlyMap<string, 'confirmed' | 'refuted'>;

interface Witness {
  /** Of the evidence that says it; none of what was joined. */
  readonly evidenceId?: string;
  readonly atMs: number;
  readonly finding: Finding;
  readonly verdict: MetricsVerdict;
  readonly version?: string | undefined;
  readonly reported: boolean;
  readonly cluster?: string | undefined;
  readonly window: Window;
}

const ASK_METRICS = 'Container memory over at least a day, by layer: rss, cache, working set and limit.';
const ASK_DUMP = 'A heap dump of the growing process: it names what is held, and by whom.';
const ASK_SECOND_DUMP = 'A second heap dump of the same process, an hour or more later.';

const ONE_DUMP = 'One dump shows what is held, not whether it grows.';
const BETWEEN_DUMPS = 'It grew from dump to dump; that it goes on, metrics over time would show.';

/**
 * One verdict for the case: whether memory grows is said by metrics alone; what holds it, by heap dumps. The witnesses are
 * the verdicts on the whole of each piece of evidence, and on those together that decide nothing alone; a refuted one is not
 * heard, a stranger's report weighs half.
 */
export function caseVerdict(
  evidence: readonly AnalysedEvidence[],
  judged: Judged,
  said: SaidOfCase = NOTHING_SAID,
): Verdict {
  const analysed = evidence.filter(({ analysis }) => analysis);
  // What was sent; a comparison is made of that.
  const sent = analysed.filter(({ record }) => record.kind !== 'comparison');
  const base = {
    submissions: sent.reduce((sum, { pieces = 1 }) => sum + pieces, 0),
    clusters: new Set(sent.flatMap(({ record, analysis }) => clusterOf(record, analysis) ?? [])).size,
    wouldDecide: [] as string[],
  };
  if (analysed.length === 0)
    return {
      ...base,
      state: 'no-evidence',
      confidence: 0,
      sentence: 'No evidence yet: nothing can be said.',
      wouldDecide: [ASK_METRICS],
    };

  const witnesses = [...analysed.flatMap((one) => witnessesOf(one, judged)), ...joinedWitness(analysed, said.mapping)];
  const held = strongestHolder(analysed, judged);
  const holder = holderSentence(held);
  const grew = held?.rule === 'heap/growth';
  const leak = strongest(witnesses, 'leak');
  const calm = strongest(witnesses, 'no-leak');
  const unsure = strongest(witnesses, 'undecided');
  if (leak && outweighs(leak, calm)) {
    const since = deploySentence(leak.verdict, leak.window, deploysOf(leak, said.deploys));
    const sentence = ['Leak.', claim(leak), since, holder, calm ? besides(leak, calm) : ''];
    return {
      ...base,
      state: 'leak',
      confidence: weight(leak),
      sentence: join(sentence),
      wouldDecide: holder ? [] : [ASK_DUMP],
    };
  }
  if (calm) return { ...base, state: 'no-leak', confidence: weight(calm), sentence: noLeak(calm) };
  if (unsure)
    return {
      ...base,
      state: 'undecided',
      confidence: weight(unsure),
      sentence: join(['Undecided.', claim(unsure), holder]),
      wouldDecide: [unsure.finding.advice.slice(0, 1000)],
    };
  return holder
    ? {
        ...base,
        state: 'undecided',
        confidence: 0,
        sentence: join(['Undecided.', holder, grew ? BETWEEN_DUMPS : ONE_DUMP]),
        wouldDecide: grew ? [ASK_METRICS] : [ASK_METRICS, ASK_SECOND_DUMP],
      }
    : {
        ...base,
        state: 'undecided',
        confidence: 0,
        sentence: 'Undecided. What was sent so far does not show memory over time.',
        wouldDecide: [ASK_METRICS],
      };
}

/** The evidence whose verdict the case's is, so that the chart beside it shows the same container. */
export function leadingEvidence(evidence: readonly AnalysedEvidence[], judged: Judged): string | undefined {
  const witnesses = evidence.flatMap((one) => witnessesOf(one, judged));
  const calm = strongest(witnesses, 'no-leak');
  const leak = strongest(witnesses, 'leak');
  const leads = leak && outweighs(leak, calm) ? leak : (calm ?? strongest(witnesses, 'undecided'));
  return leads?.evidenceId;
}

const outweighs = (leak: Witness, calm: Witness | undefined): boolean => !calm || weight(leak) >= weight(calm) * 0.8;

function noLeak(calm: Witness): string {
  const words = claim(calm);
  return join(/^No leak\b/.test(words) ? [words] : ['No leak.', words]);
}

function witnessesOf({ record, analysis }: AnalysedEvidence, judged: Judged): Witness[] {
  if (analysis === undefined) return [];
  const { context, findings } = analysis;
  return findings.flatMap((finding) => {
    const verdict = metricsVerdictOf(finding);
    if (verdict?.scope !== 'case' || judged.get(finding.fingerprint) === 'refuted') return [];
    return [
      {
        evidenceId: record.id,
        atMs: record.submittedAtMs,
        finding,
        verdict,
        version: record.context.version ?? context.version,
        reported: record.kind === 'report',
        cluster: record.context.cluster ?? context.cluster,
        window: windowOf([analysis]),
      },
    ];
  });
}

/**
 * Scrapes and short windows that decide nothing alone may do so together: series join up over submissions. One alone
 * is judged again where it has names that were mapped by hand: its bytes may be gone, and its analysis older than the word.
 */
function joinedWitness(evidence: readonly AnalysedEvidence[], mapping: Mapping): Witness[] {
  const unsure = evidence.flatMap(({ record, analysis }) => {
    if (!analysis || analysis.series.length === 0 || record.kind === 'report') return [];
    const verdicts = analysis.findings.map((finding) => metricsVerdictOf(finding)?.verdict);
    return verdicts.some((verdict) => verdict === 'leak' || verdict === 'no-leak') ? [] : [analysis];
  });
  const names = new Set(mapping.map(({ metric }) => metric));
  const isMapped = unsure.some(({ series }) => series.some(({ metric }) => names.has(metric)));
  if (unsure.length < (isMapped ? 1 : 2)) return [];
  const samples = samplesOfAnalyses(unsure);
  const { findings } = verdictReport(samples, findSubjects(samples, mapping));
  const finding = findings.find((each) => metricsVerdictOf(each)?.scope === 'case');
  const verdict = finding && metricsVerdictOf(finding);
  return finding && verdict ? [{ finding, verdict, reported: false, atMs: 0, window: windowOf(unsure) }] : [];
}

function deploysOf({ cluster }: Witness, deploys: readonly Deploy[]): Deploy[] {
  return deploys.filter((deploy) => deploy.cluster === '' || cluster === undefined || deploy.cluster === cluster);
}

function windowOf(analyses: readonly Analysis[]): Window {
  let startMs = Infinity;
  let endMs = -Infinity;
  for (const { timesMs } of analyses.flatMap(({ series }) => series)) {
    startMs = Math.min(startMs, timesMs[0] ?? Infinity);
    endMs = Math.max(endMs, timesMs.at(-1) ?? -Infinity);
  }
  return { startMs, endMs };
}

function strongestHolder(analysed: readonly AnalysedEvidence[], judged: Judged): Finding | undefined {
  return analysed
    .flatMap(({ analysis }) => analysis?.findings ?? [])
    .filter((finding) => finding.rule === 'heap/growth' || finding.rule === 'heap/suspect')
    .filter((finding) => finding.severity !== 'note' && judged.get(finding.fingerprint) !== 'refuted')
    .sort(
      (a, b) => Number(b.rule === 'heap/growth') - Number(a.rule === 'heap/growth') || b.confidence - a.confidence,
    )[0];
}

function strongest(witnesses: readonly Witness[], verdict: MetricsVerdict['verdict']): Witness | undefined {
  return witnesses.filter((witness) => witness.verdict.verdict === verdict).sort(byStrength)[0];
}

/** As sure as each other they often are: then what already kills comes first, the surer, the newer. */
function byStrength(a: Witness, b: Witness): number {
  const kills = ({ finding }: Witness): number => Number(finding.severity === 'critical');
  return weight(b) - weight(a) || kills(b) - kills(a) || b.finding.confidence - a.finding.confidence || b.atMs - a.atMs;
}

/** No chart makes anything certain. */
function weight({ finding, reported }: Witness): number {
  const heard = Math.min(finding.confidence, 0.99);
  return reported ? heard / 2 : heard;
}

function besides(leak: Witness, calm: Witness): string {
  const versions = leak.version !== undefined && calm.version !== undefined && leak.version !== calm.version;
  if (!versions) return 'Other submissions show no growth: compare their versions and load.';
  const newer = (calm.version ?? '').localeCompare(leak.version ?? '', 'en', { numeric: true }) > 0;
  return newer ? `${calm.version ?? ''} shows no growth any more.` : `${calm.version ?? ''} shows none.`;
}

/** What the finding says, without the word that the sentence begins with. */
function claim({ finding }: Witness): string {
  return finding.title.replace(/^(Leak|No leak|Undecided)\.\s*/, '');
}

function join(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(' ')
    .slice(0, 2000);
}
