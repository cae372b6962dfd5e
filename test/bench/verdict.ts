/**
 * `npm run bench:verdict`: the verdict on the labelled corpus beside the methods that tools use, in one run, as markdown.
 * The engine sees QUESTIONS.json and the cases; LABELS.json is for scoring alone. Needs `../shared/leak-corpus`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { verifyFix } from '../../functions/analysis/series/fix/verify-fix.ts';
import type { SampleSet } from '../../functions/analysis/series/sample-set.ts';
import { median } from '../../functions/analysis/series/stats/quantiles.ts';
import { wilson } from '../../functions/analysis/series/stats/wilson.ts';
import { verdictReport } from '../../functions/analysis/series/verdict/verdict.ts';
import { readPrometheusJson } from '../analysis/series/builders/prometheus-json.ts';
import { sharedPath } from '../fixtures/shared.ts';
import { BASELINES, baselineAnswer } from './baseline-verdicts.ts';

interface Label {
  id: string;
  family: string;
  file: string;
  task: string;
  verdict: string;
  accept: string[];
  layer: string;
  slope_bytes_per_hour: number;
  culprits: { pod: string; container: string }[];
  fix_outcome: string | null;
  remaining_slope_bytes_per_hour: number | null;
}
interface Question {
  id: string;
  file: string;
  task: string;
  task_input?: { deploy_at: number; before: string[]; after: string[]; control?: string[] };
}
interface Given {
  verdict: string;
  layer: string;
  pod?: string;
  slope?: number;
}

const folder = sharedPath('leak-corpus');
if (folder === undefined) {
  console.log('The corpus (../shared/leak-corpus) is not here: nothing to measure.');
  process.exit(0);
}
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
// Both files are the corpus' own, in the shape that its README gives.
const labels = new Map((read('LABELS.json') as Label[]).map((label) => [label.id, label]));
const questions = read('QUESTIONS.json') as Question[];
const cases = questions.map((question) => ({
  question,
  label: labels.get(question.id)!,
  samples: readPrometheusJson(gunzipSync(readFileSync(join(folder, question.file))).toString()),
}));

const methods: [string, (samples: SampleSet) => Given][] = [
  ['**Casebook**', engine],
  ...Object.entries(BASELINES).map(([name, method]): [string, (samples: SampleSet) => Given] => [
    name,
    (samples) => baselineAnswer(samples, method),
  ]),
];

console.log(
  '| method | leak: right | leak: missed | leak: undecided | no leak: right | false alarm | no leak: undecided | precision | recall | undecided said so | decidable undecided | layer |',
);
console.log('|---|---|---|---|---|---|---|---|---|---|---|---|');
for (const [name, method] of methods) console.log(row(name, method));
details();
fixes();

function engine(samples: SampleSet): Given {
  const whole = verdictReport(samples).findings[0]?.evidence;
  if (!whole) return { verdict: 'undecided', layer: 'none' };
  return {
    verdict: String(whole['verdict']),
    layer: String(whole['layer']),
    pod: String(whole['pod']),
    slope: Number(whole['slopeBytesPerHour']),
  };
}

function row(name: string, method: (samples: SampleSet) => Given): string {
  const count = { hit: 0, miss: 0, open: 0, calm: 0, alarm: 0, calmOpen: 0, said: 0, unknowable: 0, layer: 0 };
  for (const { label, samples } of cases) {
    const given = method(samples);
    if (label.verdict === 'undecided') {
      count.unknowable++;
      if (label.accept.includes(given.verdict)) count.said++;
    } else if (label.verdict === 'leak') {
      if (given.verdict === 'leak') count.hit++;
      else if (given.verdict === 'undecided') count.open++;
      else count.miss++;
      if (given.verdict === 'leak' && given.layer === label.layer) count.layer++;
    } else if (given.verdict === 'leak') count.alarm++;
    else if (given.verdict === 'undecided' && !label.accept.includes('undecided')) count.calmOpen++;
    else count.calm++;
  }
  const leaks = count.hit + count.miss + count.open;
  const decidable = leaks + count.calm + count.alarm + count.calmOpen;
  return `| ${[
    name,
    count.hit,
    count.miss,
    count.open,
    count.calm,
    count.alarm,
    count.calmOpen,
    share(count.hit, count.hit + count.alarm),
    share(count.hit, leaks),
    share(count.said, count.unknowable),
    share(count.open + count.calmOpen, decidable),
    share(count.layer, count.hit),
  ].join(' | ')} |`;
}

function details(): void {
  const errors: number[] = [];
  let culprit = 0;
  let leaks = 0;
  const wrong: string[] = [];
  for (const { label, samples } of cases) {
    const given = engine(samples);
    if (!label.accept.includes(given.verdict))
      wrong.push(`${label.id} (${label.family}): ${label.verdict}, said ${given.verdict}`);
    if (label.verdict !== 'leak' || given.verdict !== 'leak') continue;
    leaks++;
    if (label.culprits.some(({ pod }) => pod === given.pod)) culprit++;
    errors.push(Math.abs(given.slope! / label.slope_bytes_per_hour - 1));
  }
  console.log(
    `\nLeaking container named: ${share(culprit, leaks)}. Slope: median error ${(100 * median(errors)).toFixed(1)} %, within 15 % in ${share(errors.filter((error) => error <= 0.15).length, errors.length)}.`,
  );
  console.log(`Wrong: ${wrong.length === 0 ? 'none' : wrong.join('; ')}.`);
}

function fixes(): void {
  console.log('\n| fix pair | truth | said | remaining, truth | said | error |\n|---|---|---|---|---|---|');
  for (const { question, label, samples } of cases) {
    const input = question.task_input;
    if (!input) continue;
    const { evidence } = verifyFix(samples, {
      deployedAtMs: input.deploy_at * 1000,
      before: input.before,
      after: input.after,
      control: input.control ?? [],
    });
    const truth = label.remaining_slope_bytes_per_hour ?? 0;
    const said = Number(evidence['remainingBytesPerHour']);
    const error = truth === 0 ? '' : `${(100 * (said / truth - 1)).toFixed(0)} %`;
    console.log(
      `| ${label.id} ${label.family} | ${label.fix_outcome ?? ''} | ${String(evidence['result'])} | ${truth} | ${said} | ${error} |`,
    );
  }
}

/** `0.98 (0.91-1.00)`: a share with Wilson's 95 % interval. */
function share(hits: number, trials: number): string {
  const { low, high } = wilson(hits, trials);
  return trials === 0 ? '-' : `${(hits / trials).toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
}
