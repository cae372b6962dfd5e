import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { verifyFix } from '../../../../functions/analysis/series/fix/verify-fix.ts';
import { median } from '../../../../functions/analysis/series/stats/quantiles.ts';
import { judge } from '../../../../functions/analysis/series/verdict/judge.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { readPrometheusJson } from '../builders/prometheus-json.ts';

interface Label {
  id: string;
  file: string;
  verdict: string;
  accept: string[];
  layer: string;
  slope_bytes_per_hour: number;
  culprits: { pod: string; container: string }[];
  fix_outcome: string | null;
}
interface Question {
  id: string;
  file: string;
  task_input?: { deploy_at: number; before: string[]; after: string[]; control?: string[] };
}

const folder = sharedPath('leak-corpus');

describe.skipIf(folder === undefined)('the open corpus', () => {
  // Both files are the corpus' own, in the shape that its README gives; folder is known here.
  const read = (name: string): unknown => JSON.parse(readFileSync(`${folder!}/${name}`, 'utf8'));
  const samplesOf = (file: string) => readPrometheusJson(gunzipSync(readFileSync(`${folder!}/${file}`)).toString());

  it('is judged as the issue asks', { timeout: 120_000 }, () => {
    const labels = read('LABELS.json') as Label[];
    const count = {
      hit: 0,
      alarm: 0,
      leaks: 0,
      decidable: 0,
      undecided: 0,
      unknowable: 0,
      said: 0,
      layer: 0,
      culprit: 0,
    };
    const errors: number[] = [];
    for (const label of labels) {
      const { whole } = judge(samplesOf(label.file));
      if (label.verdict === 'undecided') {
        count.unknowable++;
        if (label.accept.includes(whole.verdict)) count.said++;
        continue;
      }
      count.decidable++;
      if (whole.verdict === 'undecided' && !label.accept.includes('undecided')) count.undecided++;
      if (label.verdict === 'leak') count.leaks++;
      if (whole.verdict !== 'leak') continue;
      if (label.verdict !== 'leak') {
        count.alarm++;
        continue;
      }
      count.hit++;
      if (whole.layer === label.layer) count.layer++;
      if (label.culprits.some(({ pod }) => pod === whole.main?.subject.pod)) count.culprit++;
      errors.push(Math.abs(whole.slope!.bytesPerHour / label.slope_bytes_per_hour - 1));
    }
    expect(count.hit / (count.hit + count.alarm)).toBeGreaterThanOrEqual(0.96);
    expect(count.hit / count.leaks).toBeGreaterThanOrEqual(0.96);
    expect(count.undecided / count.decidable).toBeLessThanOrEqual(0.05);
    expect(count.said / count.unknowable).toBeGreaterThanOrEqual(0.8);
    expect(count.layer / count.hit).toBeGreaterThanOrEqual(0.95);
    expect(count.culprit / count.hit).toBeGreaterThanOrEqual(0.98);
    expect(median(errors)).toBeLessThanOrEqual(0.15);
  });

  it('has its fix pairs right', { timeout: 60_000 }, () => {
    const outcomes = new Map((read('LABELS.json') as Label[]).map(({ id, fix_outcome }) => [id, fix_outcome]));
    for (const { id, file, task_input: input } of read('QUESTIONS.json') as Question[]) {
      if (!input) continue;
      const finding = verifyFix(samplesOf(file), {
        deployedAtMs: input.deploy_at * 1000,
        before: input.before,
        after: input.after,
        control: input.control ?? [],
      });
      expect(`${id} ${String(finding.evidence['result'])}`).toBe(`${id} ${outcomes.get(id) ?? ''}`);
    }
  });
});
