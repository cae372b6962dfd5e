import { describe, expect, it } from 'vitest';
import { caseVerdict, leadingEvidence } from '../../../functions/analysis/casework/case-verdict.ts';
import type { AnalysedEvidence } from '../../../functions/analysis/casework/fold-case.ts';
import { Analysis, type Finding } from '../../../functions/model/analysis.ts';
import { Evidence } from '../../../functions/model/evidence.ts';

const NOW = 1_760_000_000_000;
let count = 0;

function evidence(findings: Finding[], record: Partial<Evidence> = {}, more: Partial<Analysis> = {}): AnalysedEvidence {
  const id = String(count++).padStart(19, '0');
  return {
    record: Evidence.parse({
      id,
      slug: 'x',
      name: 'x',
      sizeBytes: 1,
      kind: 'file',
      state: 'analysed',
      visibility: 'visible',
      submittedBy: 'a',
      submittedAtMs: NOW,
      receiptHash: 'f'.repeat(64),
      version: 1,
      ...record,
    }),
    analysis: Analysis.parse({
      format: 'x',
      analyserVersion: 1,
      facts: [],
      findings,
      views: [],
      series: [],
      events: [],
      signatures: [],
      warnings: [],
      context: {},
      ...more,
    }),
  };
}

function metrics(verdict: string, title: string, confidence = 0.95): Finding {
  return {
    rule: 'metrics/verdict',
    severity: 'warning',
    confidence,
    title,
    evidence: { verdict, scope: 'case' },
    advice: 'Send more.',
    fingerprint: title,
  };
}

const SUSPECT: Finding = {
  rule: 'heap/suspect',
  severity: 'critical',
  confidence: 0.9,
  title: 'long',
  advice: '',
  fingerprint: 'heap',
  evidence: {
    class: 'RunState',
    instances: 6777,
    path: [
      { name: 'globalThis', via: '' },
      { name: 'Object', via: '.engine' },
      { name: '(closure context)', via: 'context' },
      { name: 'Map', via: 'states' },
      { name: '(table)', via: 'table' },
      { name: 'RunState', via: '[…]' },
    ],
    accumulationPoint: 4,
  },
};

describe('caseVerdict', () => {
  it('says that nothing can be said', () => {
    expect(caseVerdict([], new Map())).toMatchObject({ state: 'no-evidence', submissions: 0 });
  });

  it('takes growth from metrics and the holder from a dump', () => {
    const verdict = caseVerdict(
      [evidence([metrics('leak', 'Leak. JS heap of `worker` grows 1 MB/h')]), evidence([SUSPECT])],
      new Map(),
    );
    expect(verdict.sentence).toBe(
      'Leak. JS heap of `worker` grows 1 MB/h. 6,777 × `RunState` pile up in `states` (Map), reached from `globalThis.engine`.',
    );
    expect(verdict).toMatchObject({ state: 'leak', wouldDecide: [], submissions: 2 });
  });

  it('names a static field of Java, not the table inside its map', () => {
    const java: Finding = {
      ...SUSPECT,
      evidence: {
        class: 'Leak$Token',
        instances: 5000,
        path: [
          { name: 'class Leak', via: '' },
          { name: 'ConcurrentHashMap', via: 'static REGISTRY' },
          { name: 'ConcurrentHashMap$Node[]', via: '.table' },
          { name: 'Leak$Token', via: '[…]' },
        ],
        accumulationPoint: 2,
      },
    };
    const { sentence } = caseVerdict([evidence([java])], new Map());
    expect(sentence).toContain('5,000 × `Leak$Token` pile up, reached from `Leak.REGISTRY`.');
  });

  it('does not call one dump a leak', () => {
    expect(caseVerdict([evidence([SUSPECT])], new Map())).toMatchObject({ state: 'undecided' });
  });

  it('names the newer version that no longer grows', () => {
    const verdict = caseVerdict(
      [
        evidence([metrics('leak', 'Leak. A')], { context: { version: '1.9.0' } }),
        evidence([metrics('no-leak', 'No leak seen')], { context: { version: '1.10.0' } }),
      ],
      new Map(),
    );
    expect(verdict.sentence).toBe('Leak. A. 1.10.0 shows no growth any more.');
  });

  it('does not hear what was refuted, and weighs a report half', () => {
    const leak = metrics('leak', 'Leak. A');
    expect(caseVerdict([evidence([leak])], new Map([[leak.fingerprint, 'refuted']]))).toMatchObject({
      state: 'undecided',
    });
    expect(
      caseVerdict([evidence([leak], { kind: 'report' }), evidence([metrics('no-leak', 'No leak. B')])], new Map()),
    ).toMatchObject({ state: 'no-leak' });
  });

  it('among the equally sure names first what is killed already, and the chart is of the same', () => {
    const grows = evidence([metrics('leak', 'Leak. `calm` grows 1 MB/h', 0.999)]);
    const dies = evidence([{ ...metrics('leak', 'Leak. `worker` is killed', 0.99), severity: 'critical' }]);
    expect(caseVerdict([grows, dies], new Map()).sentence).toBe('Leak. `worker` is killed.');
    expect(leadingEvidence([grows, dies], new Map())).toBe(dies.record.id);
    expect(leadingEvidence([grows], new Map())).toBe(grows.record.id);
  });

  it('does not say twice that there is no leak', () => {
    const { sentence } = caseVerdict(
      [evidence([metrics('no-leak', 'No leak. No leak in the one container')])],
      new Map(),
    );
    expect(sentence).toBe('No leak in the one container.');
  });

  it('joins scrapes that say nothing alone', () => {
    const scrape = (i: number) =>
      evidence(
        [],
        {},
        {
          series: [
            {
              metric: 'container_memory_rss',
              unit: 'bytes',
              labels: { pod: 'a', container: 'a' },
              timesMs: Array.from({ length: 30 }, (_, k) => NOW + (i * 30 + k) * 600_000),
              values: Array.from({ length: 30 }, (_, k) => 1e8 + (i * 30 + k) * 2e6),
            },
          ],
        },
      );
    expect(caseVerdict([scrape(0), scrape(1), scrape(2), scrape(3), scrape(4)], new Map())).toMatchObject({
      state: 'leak',
    });
  });

  it('stands whatever a stranger’s report holds', () => {
    const odd: Finding = { ...SUSPECT, evidence: { class: '`x`'.repeat(50), path: 'no' } };
    expect(
      caseVerdict(
        [evidence([odd, { ...metrics('leak', 'x'), evidence: { verdict: 7 } }], { kind: 'report' })],
        new Map(),
      ).state,
    ).toBe('undecided');
  });
});
