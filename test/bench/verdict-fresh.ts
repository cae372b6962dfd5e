/**
 * `node test/bench/verdict-fresh.ts [draws a family] [--wrong] [--only TEXT] [--from SEED]`: the verdict on freshly drawn
 * cases (test/analysis/series/builders/fresh), by family, with Wilson's 95 % intervals. `--wrong` names each wrong draw.
 * Nothing in the engine was chosen by single draws; other seeds give other cases.
 */
import { verifyFix } from '../../functions/analysis/series/fix/verify-fix.ts';
import { median } from '../../functions/analysis/series/stats/quantiles.ts';
import { wilson } from '../../functions/analysis/series/stats/wilson.ts';
import { judge } from '../../functions/analysis/series/verdict/judge.ts';
import { drawBusyFix, drawFix, type FixCase } from '../analysis/series/builders/fresh/fixes.ts';
import { FAMILIES, freshCase } from '../analysis/series/builders/fresh/families.ts';

const args = process.argv.slice(2);
const option = (name: string): string | undefined => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const draws = Number(args.find((arg, at) => /^\d+$/.test(arg) && args[at - 1] !== '--from') ?? 10);
const from = Number(option('--from') ?? 1);
const only = option('--only') ?? '';
const wrong: string[] = [];

interface Count {
  right: number;
  leak: number;
  calm: number;
  open: number;
  layers: number;
  pods: number;
  errors: number[];
  /** Slopes whose interval holds the true one. */
  covered: number;
}
const empty = (): Count => ({ right: 0, leak: 0, calm: 0, open: 0, layers: 0, pods: 0, errors: [], covered: 0 });

console.log(
  '| family | truth | said: leak | no leak | undecided | right | layer | container | slope, median error | covered |',
);
console.log('|---|---|---|---|---|---|---|---|---|---|');
const all = { leak: empty(), 'no-leak': empty(), undecided: empty() };
for (const family of Object.keys(FAMILIES).filter((name) => name.includes(only))) {
  const count = empty();
  let truth: keyof typeof all = 'leak';
  for (let seed = from; seed < from + draws; seed++) truth = judgeOne(family, seed, count);
  for (const key of ['right', 'leak', 'calm', 'open', 'layers', 'pods', 'covered'] as const)
    all[truth][key] += count[key];
  all[truth].errors.push(...count.errors);
  console.log(row(family, truth, count));
}
summary();
if (only === '' || only === 'fix') {
  fixes('fix pairs', 6 * draws, drawFix);
  fixes('fix pairs whose load changes with the deploy', 3 * draws, drawBusyFix);
}
if (args.includes('--wrong')) console.log(`\n${wrong.join('\n')}`);

function judgeOne(family: string, seed: number, count: Count): keyof typeof all {
  const { verdict, accept, layer, pod, container, bytesPerHour, state, samples } = freshCase(family, seed);
  const { whole } = judge(samples);
  const said = whole.verdict;
  count[said === 'leak' ? 'leak' : said === 'no-leak' ? 'calm' : 'open']++;
  const note = (what: string): void => void wrong.push(`${family} #${seed}: ${what}`);
  if ((accept ?? [verdict]).includes(said)) count.right++;
  else note(`${verdict}, said ${said} (${whole.layer}, ${whole.main?.missing ?? whole.confidence.toFixed(2)})`);
  if (said !== 'leak' || verdict !== 'leak') return verdict;
  if (layer === undefined || whole.layer === layer) count.layers++;
  else note(`layer ${layer}, said ${whole.layer}`);
  const subject = whole.main?.subject;
  if ((pod === undefined || subject?.pod === pod) && (container === undefined || subject?.container === container))
    count.pods++;
  else note(`pod ${pod ?? ''}, said ${subject?.pod ?? ''}`);
  if (state !== undefined && whole.stateAtEnd !== state) note(`${state} at the end, said ${whole.stateAtEnd}`);
  if (bytesPerHour === undefined) return verdict;
  const { low, high } = whole.slope!;
  if (low <= bytesPerHour && bytesPerHour <= high) count.covered++;
  const error = Math.abs(whole.slope!.bytesPerHour / bytesPerHour - 1);
  count.errors.push(error);
  if (error > 0.3) note(`slope ${(100 * (whole.slope!.bytesPerHour / bytesPerHour - 1)).toFixed(0)} % off`);
  return verdict;
}

function row(family: string, truth: string, { right, leak, calm, open, layers, pods, errors, covered }: Count): string {
  const slope = errors.length > 0 ? `${(100 * median(errors)).toFixed(1)} %` : '';
  const ofLeaks = truth === 'leak' ? [`${layers}/${leak}`, `${pods}/${leak}`] : ['', ''];
  const within = errors.length > 0 ? `${covered}/${errors.length}` : '';
  return `| ${[family, truth, leak, calm, open, `${right}/${draws}`, ...ofLeaks, slope, within].join(' | ')} |`;
}

function summary(): void {
  const { leak, 'no-leak': calm, undecided: open } = all;
  const total = ({ leak: a, calm: b, open: c }: Count): number => a + b + c;
  const close = leak.errors.filter((error) => error <= 0.15).length;
  console.log(`\n| figure | fresh cases |\n|---|---|
| precision | ${share(leak.leak, leak.leak + calm.leak)} |
| recall | ${share(leak.leak, total(leak))} |
| undecidable said so | ${share(open.right, total(open))} |
| undecidable called a leak | ${share(open.leak, total(open))} |
| decidable left undecided | ${share(leak.open + calm.open, total(leak) + total(calm))} |
| layer of leaks | ${share(leak.layers, leak.leak)} |
| container of leaks | ${share(leak.pods, leak.leak)} |
| slope, median error | ${(100 * median(leak.errors)).toFixed(1)} %; within 15 % in ${share(close, leak.errors.length)} |
| interval covers the slope | ${share(leak.covered, leak.errors.length)} |`);
}

function fixes(name: string, pairs: number, draw: (seed: number) => FixCase): void {
  let right = 0;
  let open = 0;
  const errors: number[] = [];
  for (let seed = from; seed < from + pairs; seed++) {
    const { outcome, remaining, samples, question } = draw(seed);
    const { evidence, title } = verifyFix(samples, question);
    if (evidence['result'] === outcome) right++;
    else wrong.push(`${name} #${seed}: ${outcome}, said ${title}`);
    if (evidence['result'] === 'undecided') open++;
    else if (remaining > 0) {
      errors.push(Math.abs(Number(evidence['remainingBytesPerHour']) / remaining - 1));
      if (errors.at(-1)! > 0.2) wrong.push(`${name} #${seed}: remaining ${(100 * errors.at(-1)!).toFixed(0)} % off`);
    }
  }
  const close = errors.filter((error) => error <= 0.2).length;
  console.log(`| ${name} | ${share(right, pairs)} right, ${open} undecided |
| slope that remains | median error ${(100 * median(errors)).toFixed(1)} %; within 20 % in ${share(close, errors.length)} |`);
}

/** `0.98 (0.91-1.00)`: a share with Wilson's 95 % interval. */
function share(hits: number, trials: number): string {
  const { low, high } = wilson(hits, trials);
  return trials === 0 ? '-' : `${(hits / trials).toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)}, ${hits}/${trials})`;
}
