import { describe, expect, it } from 'vitest';
import { caseVerdict } from '../../../functions/analysis/casework/case-verdict.ts';
import { deploySentence } from '../../../functions/analysis/casework/near-deploy.ts';
import { Analysis } from '../../../functions/model/analysis.ts';
import { Deploy } from '../../../functions/model/casework.ts';
import { Evidence } from '../../../functions/model/evidence.ts';
import { verdictReport } from '../../../functions/analysis/series/verdict/verdict.ts';
import { simulate } from '../series/builders/simulate.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 2, 2);
const WINDOW = { startMs: START, endMs: START + 72 * HOUR };

function deploy(hour: number, more: Partial<Deploy> = {}): Deploy {
  const base = {
    id: '0'.repeat(19),
    slug: 'x',
    by: 'ci',
    atMs: START,
    version: 1,
    release: `2.${hour}`,
    visibility: 'visible',
  };
  return Deploy.parse({ ...base, timeMs: START + hour * HOUR, ...more });
}

const leak = (onset: number, more: object = {}) => ({
  verdict: 'leak' as const,
  onset: new Date(START + onset * HOUR).toISOString(),
  ...more,
});

describe('the deploy near an onset', () => {
  it('is named with its version and time', () => {
    const said = deploySentence(leak(30.5), WINDOW, [deploy(10), deploy(30), deploy(50)]);
    expect(said).toBe('Growth is seen since the deploy of `2.30` at 2026-03-03 06:00 UTC.');
  });

  it('is not named where none is near, where it grew from the start, or where the time is no time', () => {
    expect(deploySentence(leak(30), WINDOW, [deploy(10), deploy(33)])).toBe('');
    expect(deploySentence(leak(0), WINDOW, [deploy(0)])).toBe('');
    expect(deploySentence({ verdict: 'leak', onset: 'soon' }, WINDOW, [deploy(0)])).toBe('');
    expect(deploySentence(leak(30), { startMs: Infinity, endMs: -Infinity }, [deploy(30)])).toBe('');
  });

  it('is one of two where they cannot be told apart, the nearest first', () => {
    expect(deploySentence(leak(30), WINDOW, [deploy(31), deploy(30)])).toContain('one of the deploys of `2.30`');
  });

  it('is of this place', () => {
    const elsewhere = deploy(30, { namespace: 'billing' });
    expect(deploySentence(leak(30, { namespace: 'shop' }), WINDOW, [elsewhere])).toBe('');
    expect(deploySentence(leak(30, { namespace: 'billing' }), WINDOW, [elsewhere])).not.toBe('');
  });

  it('also ends it', () => {
    const fixed = leak(30, { fixedAt: new Date(START + 60 * HOUR).toISOString() });
    expect(deploySentence(fixed, WINDOW, [deploy(60, { release: '2.`14' })])).toBe(
      'It ended with the deploy of `2.14` at 2026-03-04 12:00 UTC.',
    );
  });
});

describe('the verdict of the case', () => {
  const samples = simulate({
    hours: 72,
    stepMinutes: 5,
    seed: 3,
    pods: [{ pod: 'w-1', native: (_, hour) => 200e6 + Math.max(0, hour - 30) * 4e6 }],
  });
  const analysis = Analysis.parse({
    format: 'x',
    analyserVersion: 1,
    facts: [],
    ...verdictReport(samples),
    series: samples.series.map(({ metric, labels, unit, timesMs, values }) => ({
      ...{ metric, labels, unit },
      timesMs: [...timesMs],
      values: [...values],
    })),
    events: [],
    signatures: [],
    warnings: [],
    context: { cluster: 'eu-1' },
  });
  const record = Evidence.parse({
    id: '1'.repeat(19),
    slug: 'x',
    name: 'x',
    sizeBytes: 1,
    kind: 'file',
    state: 'analysed',
    visibility: 'visible',
    submittedBy: 'a',
    submittedAtMs: START,
    receiptHash: 'f'.repeat(64),
    version: 1,
  });
  const sentence = (deploys: Deploy[]) =>
    caseVerdict([{ record, analysis }], new Map(), { mapping: [], deploys }).sentence;

  it('says since which deploy it grows, from samples alone', () => {
    expect(sentence([deploy(29.8, { release: '2.13.3' })])).toMatch(
      /^Leak\..* since the deploy of `2\.13\.3` at 2026-03-03 05:48 UTC/,
    );
    expect(sentence([deploy(12)])).not.toContain('deploy');
  });

  it('does not hear of deploys to another cluster', () => {
    expect(sentence([deploy(30, { cluster: 'us-2' })])).not.toContain('deploy');
    expect(sentence([deploy(30, { cluster: 'eu-1' })])).toContain('deploy');
  });
});
