import type { Finding } from '../../model/analysis.ts';
import type { Verdict } from '../../model/case.ts';
import type { AnalysedEvidence } from './fold-case.ts';
import { metricsVerdictOf, type MetricsVerdict } from './metrics-verdict.ts';

type Judged = ReadonlyMap<string, 'confirmed' | 'refuted'>;

interface Witness {
  readonly finding: Finding;
  readonly verdict: MetricsVerdict;
  readonly reported: boolean;
}

/**
 * One verdict for the case: whether memory grows is said by metrics alone; what holds it, by heap dumps. The witnesses
 * are the whole-file verdicts of all visible evidence; a refuted one is not heard, a stranger's report weighs half.
 */
export function caseVerdict(evidence: readonly AnalysedEvidence[], judged: Judged): Verdict {
  const analysed = evidence.filter(({ analysis }) => analysis);
  const base = {
    submissions: analysed.length,
    clusters: new Set(analysed.map(({ record }) => record.context.cluster ?? record.submittedBy)).size,
  };
  const heard = analysed.flatMap(({ record, analysis }) =>
    (analysis?.findings ?? [])
      .filter((finding) => judged.get(finding.fingerprint) !== 'refuted')
      .map((finding) => ({ finding, reported: record.kind === 'report' })),
  );
  const witnesses = heard.flatMap(({ finding, reported }): Witness[] => {
    const verdict = metricsVerdictOf(finding);
    return verdict?.scope === 'case' ? [{ finding, verdict, reported }] : [];
  });
  const holder = heard
    .map(({ finding }) => finding)
    .filter((finding) => finding.rule === 'heap/growth' || finding.rule === 'heap/suspect')
    .filter((finding) => finding.severity !== 'note')
    .sort(
      (a, b) => Number(b.rule === 'heap/growth') - Number(a.rule === 'heap/growth') || b.confidence - a.confidence,
    )[0];

  if (analysed.length === 0)
    return {
      ...base,
      state: 'no-evidence',
      confidence: 0,
      sentence: 'No evidence yet: nothing can be said.',
      wouldDecide: [ASK_METRICS],
    };

  const leak = strongest(witnesses, 'leak');
  const calm = strongest(witnesses, 'no-leak');
  const unsure = strongest(witnesses, 'undecided');
  if (leak && (!calm || weight(leak) >= weight(calm) * 0.8)) {
    const held = holder ? ` ${holder.title}` : '';
    const against = calm ? ' Other submissions show no growth: compare their versions and load.' : '';
    const wouldDecide = holder ? [] : [ASK_DUMP];
    return {
      ...base,
      state: 'leak',
      confidence: weight(leak),
      sentence: `Leak. ${leak.finding.title}${held}${against}`.slice(0, 2000),
      wouldDecide,
    };
  }
  if (calm)
    return {
      ...base,
      state: 'no-leak',
      confidence: weight(calm),
      sentence: `No leak seen. ${calm.finding.title}`.slice(0, 2000),
      wouldDecide: [],
    };
  if (unsure)
    return {
      ...base,
      state: 'undecided',
      confidence: weight(unsure),
      sentence: `Undecided. ${unsure.finding.title}`.slice(0, 2000),
      wouldDecide: [unsure.finding.advice.slice(0, 1000)],
    };
  const sentence = holder
    ? `Undecided. ${holder.title} One picture of memory shows what is held, not whether it grows.`
    : 'Undecided. What was sent so far does not show memory over time.';
  return {
    ...base,
    state: 'undecided',
    confidence: 0,
    sentence: sentence.slice(0, 2000),
    wouldDecide: holder ? [ASK_METRICS, ASK_SECOND_DUMP] : [ASK_METRICS],
  };
}

const ASK_METRICS = 'Container memory over at least a day, by layer: rss, cache, working set and limit.';
const ASK_DUMP = 'A heap dump of the growing process: it names what is held, and by whom.';
const ASK_SECOND_DUMP = 'A second heap dump of the same process, an hour or more later.';

function strongest(witnesses: readonly Witness[], verdict: MetricsVerdict['verdict']): Witness | undefined {
  return witnesses.filter((witness) => witness.verdict.verdict === verdict).sort((a, b) => weight(b) - weight(a))[0];
}

function weight({ finding, reported }: Witness): number {
  return reported ? finding.confidence / 2 : finding.confidence;
}
