import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../../functions/model/analysis.ts';
import { isAppError } from '../../../functions/model/error.ts';
import { analyseAs, chosenFormat, detections, factOf, fixture, rowsOf } from './analyse.ts';
import { manifest } from './manifest.ts';

/** What the fixtures' own sources say of them: each row of the table is one fact of MANIFEST.tsv. */
const entries = manifest();

/** Formats of the manifest and the reader that says yes to them. */
const READERS: Readonly<Record<string, string>> = {
  'prometheus-json': 'prometheus-json',
  'prometheus-text': 'prometheus-text',
  'k8s-metrics-json': 'k8s-metrics',
  'otlp-json': 'otlp-metrics',
  'remote-write': 'remote-write',
  proc: 'proc',
  nmt: 'jvm-nmt',
  clinic: 'clinic-doctor',
};
const OURS = [
  ...new Set(Object.values(READERS)),
  'metrics-csv',
  'kubectl-top',
  'cgroup',
  'memory-jsonl',
  'grafana-json',
];
/** Where several kinds of file carry one format, or a file is an archive or an oracle. */
const MIXED = new Set(['openmetrics', 'cgroup', 'kubectl-top', 'timeseries', 'hostile', 'grafana-dashboard']);

describe.skipIf(entries.length === 0)('fixtures of metrics', () => {
  it.each(entries.filter(({ format }) => Object.hasOwn(READERS, format)))(
    '$path is read by its own reader alone',
    ({ path, format }) => {
      const said = detections(fixture(path)!);
      expect(Object.entries(said).filter(([, answer]) => answer === 'yes')).toEqual([[READERS[format], 'yes']]);
    },
  );

  it.each(entries.filter(({ format }) => format === 'grafana-dashboard'))(
    '$path holds no data, and its refusal says where that is',
    async ({ path }) => {
      expect(detections(fixture(path)!)).toEqual({ 'grafana-json': 'maybe' });
      await expect(analyseAs('grafana-json', fixture(path)!)).rejects.toThrow(/Inspect > Data/);
    },
  );

  it.each(entries.filter(({ format }) => !Object.hasOwn(READERS, format) && !MIXED.has(format)))(
    '$path ($format) is left alone by the readers of metrics',
    ({ path }) => {
      const bytes = fixture(path);
      if (bytes === undefined) return;
      expect(Object.keys(detections(bytes)).filter((format) => OURS.includes(format))).toEqual([]);
    },
  );

  // The facts: samples and families of prometheus_client, points of the answers, figures of procfs and the generators.
  const counts = entries.flatMap(({ path, format, facts }) => {
    const samples = /(?:\bsamples|\bpoints)=(\d+)/.exec(facts)?.[1];
    const series = /resultType=\w+ series=(\d+)/.exec(facts)?.[1];
    const families = /families=(\d+)/.exec(facts)?.[1];
    return [
      ...(samples === undefined ? [] : [{ path, format, fact: 'samples', value: Number(samples) }]),
      ...(series === undefined ? [] : [{ path, format, fact: 'series', value: Number(series) }]),
      ...(families === undefined || format !== 'prometheus-text'
        ? []
        : [{ path, format, fact: 'families', value: Number(families) }]),
    ];
  });
  it.each(counts.filter(({ format }) => format.startsWith('prometheus')))(
    '$path has $fact = $value',
    async ({ path, format, fact, value }) => {
      expect(factOf(await analyse(format, path), fact)).toBe(value);
    },
  );

  it('finds facts to check', () => {
    expect(counts.length).toBeGreaterThan(20);
  });

  it('reads the counter of Thanos that grows by 10 every 60 s', async () => {
    const analysis = await analyse(
      'prometheus-json',
      'prometheus-json/VictoriaMetrics__expected_all_aggr_response.json',
    );
    const [first] = analysis.series;
    expect(first?.values.map((value, i) => value - 10 * i)).toEqual(first?.values.map(() => 0));
    expect(first?.timesMs.map((time, i) => time - 60_000 * i - 1_735_689_600_000)).toEqual(first?.timesMs.map(() => 0));
  });

  it('reads the gap in Grafana', async () => {
    const [series] = (await analyse('prometheus-json', 'prometheus-json/grafana__range_missing.result.json')).series;
    expect(series).toMatchObject({ timesMs: [1641889533000, 1641889534000, 1641889537000], values: [21, 32, 43] });
  });

  it('reads the remote-write body with its leak of 1.5e6 bytes a minute', async () => {
    const analysis = await analyse('remote-write', 'remote-write/gen_remote_write_open.snappy');
    const leak = analysis.series.find(({ metric }) => metric === 'container_memory_working_set_bytes');
    expect(leak?.values).toEqual(Array.from({ length: 60 }, (_, i) => 200e6 + i * 1.5e6));
    expect(leak?.timesMs.every((time, i) => time - leak.timesMs[0]! === i * 60_000)).toBe(true);
    expect(analysis.series.find(({ metric }) => metric === 'up')?.values).toEqual([1]);
  });

  it('reads the pods of metrics.k8s.io', async () => {
    const analysis = await analyse('k8s-metrics', 'k8s-metrics-json/libcloud___apis_metrics_k8s_io_v1beta1_pods.json');
    expect(factOf(analysis, 'pods')).toBe(10);
    const memory = new Map(rowsOf(analysis, 'containers').map((row) => [row[2], row[4]]));
    for (const [container, kib] of [
      ['gke-metrics-agent', 24716],
      ['dnsmasq', 4244],
      ['prometheus-to-sd', 8500],
      ['kubedns', 6632],
      ['sidecar', 5736],
    ] as const) {
      if (container !== 'gke-metrics-agent' && container !== 'prometheus-to-sd')
        expect(memory.get(container)).toBe(kib * 1024);
      else
        expect(rowsOf(analysis, 'containers').some((row) => row[2] === container && row[4] === kib * 1024)).toBe(true);
    }
  });

  it('reads the table of kubectl top, and says what its error means', async () => {
    const analysis = await analyse('kubectl-top', 'kubectl-top/holmes__kubectl_top_pods_A.txt');
    expect(factOf(analysis, 'containers')).toBe(72);
    const prometheus = rowsOf(analysis, 'containers').find((row) => String(row[1]).startsWith('prometheus-robusta'));
    expect(prometheus?.[4]).toBe(537 * 2 ** 20);
    await expect(analyse('kubectl-top', 'kubectl-top/holmes__kubectl_top_error.txt')).rejects.toThrow(
      /Metrics API not available.*Metrics Server/,
    );
  });

  it.each([
    ['proc/procfs__26231_smaps', 'Rss', 29948],
    ['proc/procfs__26231_smaps', 'Pss', 29944],
    ['proc/procfs__26231_smaps', 'Shared_Clean', 4],
    ['proc/procfs__26231_smaps', 'Private_Clean', 15548],
    ['proc/procfs__26231_smaps', 'Private_Dirty', 14396],
    ['proc/procfs__26231_smaps', 'Referenced', 24752],
    ['proc/procfs__26231_smaps_rollup', 'Rss', 29948],
    ['proc/procfs__26231_smaps_rollup', 'Pss', 29944],
    ['proc/cadvisor__smaps6', 'Rss', 132],
    ['proc/procfs__meminfo', 'MemTotal', 15666184],
    ['proc/procfs__meminfo', 'MemFree', 440324],
    ['proc/procfs__meminfo', 'Buffers', 1020128],
    ['proc/procfs__meminfo', 'Cached', 12007640],
    ['proc/procfs__meminfo', 'Slab', 1807264],
    ['proc/procfs__meminfo', 'SUnreclaim', 69140],
  ] as const)('%s: %s = %d kB', async (path, field, kilobytes) => {
    expect(factOf(await analyse('proc', path), field)).toBe(kilobytes * 1024);
  });

  it('reads memory.stat of both versions', async () => {
    const v2 = await analyse('cgroup', 'cgroup/opencontainers__cgroup2_memory.stat');
    expect([factOf(v2, 'cgroupVersion'), factOf(v2, 'anon'), factOf(v2, 'file')]).toEqual([2, 790425600, 6502666240]);
    const v1 = entries.find(({ path }) => path.startsWith('cgroup/amzn2') && path.endsWith('memory.stat'))!;
    const analysis = await analyse('cgroup', v1.path);
    expect([factOf(analysis, 'cgroupVersion'), factOf(analysis, 'cache'), factOf(analysis, 'rss')]).toEqual([
      1, 78397440, 1119465472,
    ]);
  });

  it.each(entries.filter(({ format, path }) => format === 'cgroup' && !path.endsWith('.zip')))(
    '$path has its numbers',
    async ({ path, facts }) => {
      const numbers = /^extracted: ([\d]+) *$/.exec(facts)?.[1];
      if (numbers === undefined) return;
      const analysis = await analyse('cgroup', path);
      if (Number(numbers) > 2 ** 60) expect(analysis.warnings.join()).toMatch(/no memory limit/);
      else expect(analysis.facts.map(({ value }) => value)).toContain(Number(numbers));
    },
  );

  it('reads native memory tracking', async () => {
    const analysis = await analyse('jvm-nmt', 'nmt/gen_jdk17_A.nmt.txt');
    expect(factOf(analysis, 'committedBytes')).toBe(89383 * 1024);
    expect(rowsOf(analysis, 'native-memory')[0]?.slice(0, 3)).toEqual(['Java Heap', 65536 * 1024, 65536 * 1024]);
  });

  const rowCounts = entries.flatMap(({ path, format, facts }) => {
    const rows =
      /data rows=(\d+)/.exec(facts)?.[1] ?? (format === 'clinic' ? /lines=(\d+)/.exec(facts)?.[1] : undefined);
    return rows === undefined ? [] : [{ path, rows: Number(rows) - (format === 'clinic' ? 1 : 0) }];
  });
  it.each(rowCounts)('$path has $rows rows', async ({ path, rows }) => {
    const format = chosenFormat(fixture(path)!);
    expect(['metrics-csv', 'clinic-doctor']).toContain(format);
    expect(factOf(await analyse(format!, path), 'rows')).toBe(rows);
  });

  it.each(entries.filter(({ format }) => format === 'clinic'))(
    '$path has the means of its heap',
    async ({ path, facts }) => {
      const means = /heapUsed MB quintile means \[([\d., ]+)\]/.exec(facts)?.[1]?.split(', ').map(Number);
      if (means === undefined) return;
      const heap = (await analyse('clinic-doctor', path)).series.find(({ metric }) => metric === 'heapUsed')!;
      const fifth = Math.floor(heap.values.length / 5);
      const found = means.map(
        (_, i) => mean(heap.values.slice(i * fifth, i === 4 ? undefined : (i + 1) * fifth)) / 1e6,
      );
      found.forEach((value, i) => expect(Math.abs(value - means[i]!)).toBeLessThan(0.02 * means[i]! + 0.1));
    },
  );

  it('reads the process that leaks at ESO', async () => {
    const analysis = await analyse('metrics-csv', 'timeseries/memorytools__tdcsarv_rev377208.csv.gz');
    const main = analysis.series.find(({ labels }) => labels['pid'] === '596953')!;
    expect(main.labels['process']).toBe('tdcsarvControl');
    expect(main.values).toHaveLength(12980);
    const tenth = Math.floor(main.values.length / 10);
    const means = [4697, 5053, 5359, 5534, 5675, 5807, 6004, 6860, 7771, 8244];
    means.forEach((expected, i) =>
      expect(Math.abs(mean(main.values.slice(i * tenth, (i + 1) * tenth)) / 1e6 - expected)).toBeLessThan(
        0.01 * expected,
      ),
    );
  });
});

async function analyse(format: string, path: string): Promise<Analysis> {
  return analyseAs(format, fixture(path)!);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe.skipIf(entries.length === 0)('hostile files', () => {
  it.each(entries.filter(({ format }) => format === 'hostile'))(
    '$path harms no reader of metrics',
    { timeout: 60_000 },
    async ({ path }) => {
      let bytes: Uint8Array | undefined;
      try {
        bytes = fixture(path);
      } catch {
        return; // a broken or endless gzip is for whoever unwraps it
      }
      if (bytes === undefined || bytes.length > 200e6) return;
      for (const format of OURS) {
        try {
          const { warnings } = await analyseAs(format, bytes);
          expect(warnings.length).toBeGreaterThanOrEqual(0);
        } catch (error) {
          if (!isAppError(error)) throw error;
          expect(['bad-input', 'corrupt', 'too-large', 'unsupported']).toContain(error.code);
        }
      }
    },
  );

  it('refuses an error reply with the reason', async () => {
    await expect(analyse('prometheus-json', 'hostile/range_error.json')).rejects.toThrow(/invalid parameter/);
  });
});
