import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../functions/analysis/run.ts';
import { bytesOf } from './formats/analyse.ts';
import { sourceOf, testRun } from './test-run.ts';

const GIB = 2 ** 30;
const HOURS = 48;

/** One query_range answer: a point every ten minutes. */
function answer(metric: string, labels: Record<string, string>, valueAt: (hour: number) => number): Uint8Array {
  const values = Array.from({ length: HOURS * 6 }, (_, i) => [1_760_000_000 + 600 * i, String(valueAt(i / 6))]);
  const result = [
    { metric: { __name__: metric, namespace: 'shop', pod: 'web-0', container: 'app', ...labels }, values },
  ];
  return bytesOf(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }));
}

const noise = (hour: number): number => 2e6 * Math.sin(hour * 97);
const FILES = {
  'rss.json': answer('container_memory_rss', {}, (hour) => 2e8 + 8e6 * hour + noise(hour)),
  'limit.json': answer('kube_pod_container_resource_limits', { resource: 'memory' }, () => GIB),
  'cache.json': answer('container_memory_cache', {}, () => 5e7),
};

describe('an archive of metrics', () => {
  it('is judged as one: what one query answered is the limit of another', async () => {
    const analysis = await analyse(sourceOf(zipSync(FILES)), 'metrics.zip', testRun());
    const verdicts = analysis.findings.filter(({ rule }) => rule === 'metrics/verdict').map(({ evidence }) => evidence);
    expect(verdicts.map(({ scope }) => scope)).toEqual(['case', 'container']);
    expect(verdicts[1]).toMatchObject({ verdict: 'leak', layer: 'native', pod: 'web-0', container: 'app' });
    expect(verdicts[1]?.['timeToLimitHours']).toBeGreaterThan(0);
    expect(analysis.series.map(({ metric }) => metric).sort()).toEqual([
      'container_memory_cache',
      'container_memory_rss',
      'kube_pod_container_resource_limits',
    ]);
    expect(analysis.context.memoryLimitBytes).toBe(GIB);
    expect(new Set(analysis.views.map(({ name }) => name)).size).toBe(analysis.views.length);
  });

  it('keeps what else stands in it, and says the same thing once', async () => {
    const number = bytesOf('484491264\n');
    const analysis = await analyse(
      sourceOf(
        zipSync({
          ...FILES,
          'sys/fs/cgroup/memory/a/memory.usage_in_bytes': number,
          'sys/fs/cgroup/memory/b/memory.usage_in_bytes': number,
          'sys/fs/cgroup/memory/b/cgroup.procs': bytesOf('7\n'),
        }),
      ),
      'all.zip',
      testRun(),
    );
    expect(analysis.format).toBe('archive');
    const verdicts = analysis.findings.filter(({ evidence }) => evidence['scope'] === 'case');
    expect(verdicts.map(({ evidence }) => evidence['verdict'])).toEqual(['leak', 'undecided']);
    expect(analysis.warnings.join()).toMatch(/cgroup\.procs/);
    expect(analysis.warnings.filter((text) => text.includes('one sample cannot show a trend'))).toEqual([
      expect.stringContaining('memory.usage_in_bytes and 1 more: one sample'),
    ]);
  });
});
