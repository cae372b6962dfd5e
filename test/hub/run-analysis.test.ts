import { describe, expect, it } from 'vitest';
import { runAnalysis } from '../../functions/hub/run-analysis.ts';
import { sourceOf, testRun } from '../analysis/test-run.ts';

const SCRAPE = '# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes 1.5e+08\n';
const CAPTURED_MS = 1_760_000_000_000;

describe('runAnalysis', () => {
  it('gives a scrape without times the time that its submitter said', async () => {
    const request = { key: 'k', name: 'metrics', kind: 'file', context: { capturedAtMs: CAPTURED_MS } } as const;
    const analysis = await runAnalysis(() => Promise.resolve(sourceOf(SCRAPE)), request, testRun());
    expect(analysis.series[0]).toMatchObject({ timesMs: [CAPTURED_MS], values: [1.5e8] });
  });

  it.each([
    ['not JSON', 'hello'],
    ['no Analysis', '{"format":"x"}'],
  ])('refuses a report that is %s', async (_what, text) => {
    const request = { key: 'k', name: 'report', kind: 'report' } as const;
    await expect(runAnalysis(() => Promise.resolve(sourceOf(text)), request, testRun())).rejects.toMatchObject({
      code: 'bad-input',
    });
  });
});
