import type { Finding } from '../../../model/analysis.ts';
import type { View } from '../../../model/view.ts';
import { FINE_SAMPLES } from '../fine-data.ts';
import { findSubjects, type Subject } from '../recognise/subjects.ts';
import type { SampleSet } from '../sample-set.ts';
import { correlationFinding } from '../correlation/correlate.ts';
import type { ContainerVerdict } from './container-verdict.ts';
import { caseFinding, containerFinding } from './findings.ts';
import { growthOf } from './judge-case.ts';
import { judge, type Judgement } from './judge.ts';
import { leakChart } from './leak-chart.ts';
import { verdictTable } from './verdict-table.ts';

const MOST_CHARTS = 12;
const MOST_FINDINGS = 1000;
const MOST_ROWS = 5000;

export interface VerdictReport {
  /** The whole first, then the containers: leaks by their growth, then what is undecided, then the rest; then what growth goes along with. */
  readonly findings: Finding[];
  /** Charts `leak`, `leak-2`, ... of leaking containers, and the table `verdicts`. */
  readonly views: View[];
  readonly judgement: Judgement;
}

/**
 * The verdict on a set of samples as findings of rule `metrics/verdict` and their views. Empty where the set has no memory
 * of any container or process: then there is nothing to judge. One sample of each gives one finding: undecided. `subjects` are found in the samples where the caller has not done so.
 */
export function verdictReport(samples: SampleSet, subjects: readonly Subject[] = findSubjects(samples)): VerdictReport {
  const judgement = judge(samples, subjects);
  const { whole, containers } = judgement;
  const wording = { dated: samples.clock === 'utc' };
  if (containers.length === 0) {
    return {
      findings: subjects.length > 0 ? [caseFinding(whole, containers, wording, undefined)] : [],
      views: [],
      judgement,
    };
  }
  const views: View[] = [];
  const charts = new Map<ContainerVerdict, string>();
  let budget = FINE_SAMPLES;
  for (const culprit of whole.culprits.slice(0, MOST_CHARTS)) {
    const name = views.length === 0 ? 'leak' : `leak-${views.length + 1}`;
    charts.set(culprit, name);
    const { chart, samples } = leakChart(culprit, name, budget);
    views.push(chart);
    budget -= samples;
  }
  views.push(verdictTable(containers, MOST_ROWS));
  const order = { leak: 0, undecided: 1, 'no-leak': 2 };
  const sorted = containers.toSorted((a, b) => order[a.verdict] - order[b.verdict] || growthOf(b) - growthOf(a));
  const findings = [
    caseFinding(whole, containers, wording, whole.main ? (charts.get(whole.main) ?? 'verdicts') : 'verdicts'),
    ...sorted.slice(0, MOST_FINDINGS).map((one) => containerFinding(one, wording, charts.get(one) ?? 'verdicts')),
    ...whole.culprits
      .slice(0, MOST_CHARTS)
      .map(correlationFinding)
      .filter((one) => one !== undefined),
  ];
  return { findings, views, judgement };
}
