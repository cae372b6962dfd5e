import { describe, expect, it } from 'vitest';
import { holderSentence } from '../../../functions/analysis/casework/holder-sentence.ts';
import type { Finding } from '../../../functions/model/analysis.ts';

const growth = (evidence: Finding['evidence']): Finding => ({
  rule: 'heap/growth',
  severity: 'warning',
  confidence: 0.7,
  title: '',
  evidence: {
    class: 'Ring',
    instances: [1, 1],
    instancesDelta: 0,
    retainedBytesDelta: 4_000_000,
    path: [
      { name: 'class App', via: '' },
      { name: 'State', via: 'static STATE' },
      { name: 'Ring', via: '.ring' },
    ],
    ...evidence,
  },
  advice: '',
  fingerprint: 'ring',
});

describe('the sentence on who holds what grew', () => {
  it('speaks of bytes where the number stayed the same', () => {
    expect(holderSentence(growth({ measure: 'retainedBytes' }))).toBe(
      '`Ring` grew by 4.0 MB, reached from `App.STATE`.',
    );
    expect(holderSentence(growth({ measure: 'instances', instancesDelta: 5000 }))).toBe(
      '5,000 more `Ring` pile up, reached from `App.STATE`.',
    );
  });
});
