import { describe, expect, it } from 'vitest';
import { lastValues, readSeries } from './read-series.ts';

const MIB = 2 ** 20;
const at = (minute: number): string => `2026-05-04T10:0${minute}:00.000Z`;
/** What a loop writes before each round, as people write loops. */
const CLOCKS: Readonly<Record<string, (minute: number) => string>> = {
  'date -u +%FT%TZ': (minute) => `2026-05-04T10:0${minute}:00Z\n`,
  'date +%s': (minute) => `${1777888800 + 60 * minute}\n`,
  date: (minute) => `Mon May  4 10:0${minute}:00 UTC 2026\n`,
  'date in the United States': (minute) => `Mon May  4 10:0${minute}:00 AM UTC 2026\n`,
  'Get-Date': (minute) => `\r\nMonday, May 4, 2026 10:0${minute}:00 AM\r\n\r\n`,
  watch: (minute) => `Every 60.0s: a command        host: Mon May  4 10:0${minute}:00 2026\n\n`,
  'echo "=== $(date) ==="': (minute) => `=== Mon May  4 10:0${minute}:00 UTC 2026 ===\n`,
  'a log line': (minute) => `[2026-05-04 10:0${minute}:00] collecting\n`,
};
const NMT = (kilobytes: number): string =>
  `7:\n\nNative Memory Tracking:\n\n(Omitting categories weighting less than 1KB)\n\nTotal: reserved=9000KB, committed=${kilobytes}KB\n       malloc: 20KB #12\n\n-                 Java Heap (reserved=8000KB, committed=60KB)\n                            (mmap: reserved=8000KB, committed=60KB)\n`;

describe.each(Object.entries(CLOCKS))('rounds after %s', (_clock, write) => {
  const rounds = (round: (minute: number) => string): string =>
    [0, 1, 2].map((minute) => write(minute) + round(minute)).join('');

  it.each([
    [
      'kubectl top',
      'kubectl-top',
      'container_memory_working_set_bytes{pod=web-0}',
      (i: number) => `NAME    CPU(cores)   MEMORY(bytes)\nweb-0   5m           ${100 + i}Mi\n`,
      (i: number) => (100 + i) * MIB,
    ],
    ['memory.stat', 'cgroup', 'anon', (i: number) => `anon ${1000 + i}\nfile 5\nslab 7\n`, (i: number) => 1000 + i],
    [
      '/proc/PID/status',
      'proc',
      'VmRSS',
      (i: number) => `VmPeak:\t 9999 kB\nVmRSS:\t ${400 + i} kB\nThreads:\t11\n`,
      (i: number) => (400 + i) * 1024,
    ],
    [
      'native memory tracking',
      'jvm-nmt',
      'nmt_committed_bytes{pid=7,category=Total}',
      (i: number) => NMT(500 + i),
      (i: number) => (500 + i) * 1024,
    ],
  ] as const)('%s', async (_what, format, series, round, value) => {
    const read = await readSeries(rounds(round));
    expect(read.format).toBe(format);
    expect(read.series[series]).toEqual([0, 1, 2].map((minute) => [at(minute), value(minute)]));
  });
});

it('takes times of day where there are no dates, over midnight', async () => {
  const clocks = ['23:59:00', '00:00:00', '00:01:00'];
  for (const round of [
    (i: number) => `NAME    CPU(cores)   MEMORY(bytes)\nweb-0   5m           ${100 + i}Mi\n`,
    (i: number) => `anon ${1000 + i}\nfile 5\nslab 7\n`,
    (i: number) => `VmPeak:\t 9999 kB\nVmRSS:\t ${400 + i} kB\nThreads:\t11\n`,
    (i: number) => NMT(500 + i),
  ]) {
    const { analysis } = await readSeries(clocks.map((clock, i) => `${clock}\n${round(i)}`).join(''));
    const times = analysis.series[0]?.timesMs ?? [];
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 60_000, 120_000]);
    expect(analysis.warnings.join()).toMatch(/dates are not known/);
  }
});

it.each([
  ['date +%T', ['23:59:30', '00:00:30', '00:01:30']],
  ['ts', ['May 04 23:59:30', 'May 05 00:00:30', 'May 05 00:01:30']],
  ['a locale', ['[11:59:30 PM]', '[12:00:30 AM]', '[12:01:30 AM]']],
])('takes the time of day in front of each row: %s', async (_what, clocks) => {
  for (const row of [
    (i: number) => ['web-0   5m   100Mi', `web-1   5m   ${200 + i}Mi`],
    (i: number) => ['POD     NAME   CPU(cores)   MEMORY(bytes)', `web-0   app    5m           ${200 + i}Mi`],
    (i: number) => [`anon ${1000 + i}`, 'file 5', 'slab 7'],
    (i: number) => [`VmRSS:\t ${400 + i} kB`],
  ]) {
    const lines = clocks.flatMap((clock, i) => row(i).map((text) => `${clock} ${text}\n`));
    const { analysis } = await readSeries(lines.join(''));
    for (const { timesMs } of analysis.series)
      expect(timesMs.map((time) => time - (timesMs[0] ?? 0))).toEqual([0, 60_000, 120_000]);
    expect(analysis.series.map(({ labels }) => labels['namespace'])).not.toContain(clocks[0]);
    expect(analysis.series.length).toBeGreaterThan(0);
  }
});

describe('headings over what is of one pod', () => {
  it('do not count the rounds of a loop', async () => {
    const text = [0, 1, 2].map((i) => `=== sample-${i} ===\nanon ${100 + i}\nfile 5\nslab 7\n`).join('');
    expect(lastValues(await readSeries(text))).toEqual({ anon: 102, file: 5, slab: 7 });
  });

  it.each([
    ['=== web-0 ===', 'pod=web-0'],
    ['--- shop/web-7d4b9c6f5-x2x7k', 'namespace=shop,pod=web-7d4b9c6f5-x2x7k'],
    ['## pod: web-1', 'pod=web-1'],
    ['>>> worker', 'name=worker'],
  ])('%s', async (heading, labels) => {
    const rounds = (body: (base: number) => string): string =>
      [0, 1].map((i) => `${at(i)}\n${heading}\n${body(100 + i)}=== other-0 ===\n${body(900 + i)}`).join('');
    const stat = await readSeries(rounds((base) => `anon ${base}\nfile 5\nslab 7\n`));
    expect(stat.format).toBe('cgroup');
    expect(stat.series[`anon{${labels}}`]).toEqual([0, 1].map((i) => [at(i), 100 + i]));
    expect(stat.series['anon{pod=other-0}']).toEqual([0, 1].map((i) => [at(i), 900 + i]));
    const status = await readSeries(rounds((base) => `VmPeak:\t 9999 kB\nVmRSS:\t ${base} kB\nThreads:\t11\n`));
    expect(status.format).toBe('proc');
    expect(status.series[`VmRSS{${labels}}`]).toEqual([0, 1].map((i) => [at(i), (100 + i) * 1024]));
  });
});

describe('scrapes of /metrics', () => {
  it.each(['date -u +%FT%TZ', 'date +%s', 'date', 'echo "=== $(date) ==="'])('after %s', async (clock) => {
    const text = [0, 1].map(
      (i) =>
        `${CLOCKS[clock]!(i)}# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes ${1e8 + i}\n`,
    );
    const read = await readSeries(text.join(''));
    expect(read.format).toBe('prometheus-text');
    expect(read.series).toEqual({
      process_resident_memory_bytes: [
        [at(0), 1e8],
        [at(1), 1e8 + 1],
      ],
    });
  });
});

describe('kubectl top', () => {
  it.each([
    [
      'of pods',
      'NAME   CPU(cores)   MEMORY(bytes)\nweb-0   5m   123Mi\n',
      { 'container_memory_working_set_bytes{pod="web-0"}': 123 * MIB },
    ],
    [
      'of containers everywhere',
      'NAMESPACE   POD   NAME   CPU(cores)   MEMORY(bytes)\nshop   web-0   app   5m   2Gi\n',
      { 'container_memory_working_set_bytes{namespace="shop", pod="web-0", container="app"}': 2048 * MIB },
    ],
    [
      'with the sum',
      'NAME   CPU(cores)   MEMORY(bytes)\nweb-0   5m   123Mi\n________   ________\n5m         123Mi\n',
      { 'container_memory_working_set_bytes{pod="web-0"}': 123 * MIB },
    ],
    [
      'without a header',
      'shop   web-0   5m   123Mi\nshop   web-1   <unknown>   <unknown>\n',
      { 'container_memory_working_set_bytes{namespace="shop", pod="web-0"}': 123 * MIB },
    ],
    [
      'with swap',
      'NAME   CPU(cores)   MEMORY(bytes)   SWAP(bytes)\nweb-0   5m   123Mi   1Mi\n',
      { 'container_memory_working_set_bytes{pod="web-0"}': 123 * MIB, 'container_memory_swap{pod="web-0"}': MIB },
    ],
    [
      'through ts',
      'May 04 10:00:00 NAME   CPU(cores)   MEMORY(bytes)\nMay 04 10:00:00 web-0   5m   123Mi\n',
      { 'container_memory_working_set_bytes{pod="web-0"}': 123 * MIB },
    ],
    [
      'of nodes',
      'NAME   CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)\nn1   250m   12%   100Mi   61%\n',
      { 'node_memory_working_set_bytes{node="n1"}': 100 * MIB },
    ],
    [
      'with the command',
      '$ kubectl top pod\nNAME   CPU(cores)   MEMORY(bytes)\nweb-0   5m   123Mi\n',
      { 'container_memory_working_set_bytes{pod="web-0"}': 123 * MIB },
    ],
  ])('%s', async (_what, text, memory) => {
    const read = await readSeries(text);
    expect(read.format).toBe('kubectl-top');
    const found = Object.entries(lastValues(read)).filter(([series]) => series.includes('memory'));
    expect(Object.fromEntries(found)).toEqual(memory);
    expect(read.analysis.warnings.join()).not.toMatch(/no row of the table/);
  });
});

describe('cgroup files', () => {
  const V2 = 'anon 790425600\nfile 6502666240\nslab_reclaimable 12\ninactive_file 100\nactive_file 200\n';
  it('keeps groups apart, by head and by grep', async () => {
    const group = (i: number): string => `/sys/fs/cgroup/kubepods.slice/pod${i}`;
    const byHead = [1, 2].map(
      (i) => `==> ${group(i)}/memory.current <==\n${i * 1e8}\n\n==> ${group(i)}/memory.stat <==\n${V2}`,
    );
    const byGrep = [1, 2].map((i) =>
      `${group(i)}/memory.current:${i * 1e8}\n${V2.replaceAll(/^/gm, `${group(i)}/memory.stat:`)}`.replace(
        /\/sys[^:]*:$/,
        '',
      ),
    );
    for (const text of [byHead.join('\n'), byGrep.join('')]) {
      const found = lastValues(await readSeries(text));
      expect(found['memory.current{cgroup="/kubepods.slice/pod1"}']).toBe(1e8);
      expect(found['memory.current{cgroup="/kubepods.slice/pod2"}']).toBe(2e8);
      expect(found['anon{cgroup="/kubepods.slice/pod2"}']).toBe(790425600);
    }
  });

  it('knows a number by the name of its file, and shows no limit as memory', async () => {
    const limit = await readSeries('2147483648\n', 'web__memory.limit_in_bytes');
    expect(lastValues(limit)).toEqual({ 'memory.limit_in_bytes': 2147483648 });
    expect(limit.analysis.facts).toContainEqual(expect.objectContaining({ name: 'containers', value: 0 }));
    expect(lastValues(await readSeries('123\n', 'memory.current'))).toEqual({ 'memory.current': 123 });
    const unnamed = await readSeries('123456789\n', 'cgroup.txt');
    expect(lastValues(unnamed)).toEqual({ value: 123456789 });
    expect(unnamed.analysis.warnings.join()).toMatch(/which file it is from is not known/);
  });

  it('takes version 1 with its totals, alone or beside the plain numbers', async () => {
    const plain = 'cache 10\nrss 1119465472\nmapped_file 0\nhierarchical_memory_limit 2147483648\n';
    for (const text of [
      `${plain}total_cache 11\ntotal_rss 1119465473\n`,
      'hierarchical_memory_limit 2147483648\ntotal_cache 11\ntotal_rss 1119465473\n',
    ]) {
      const { analysis } = await readSeries(text);
      expect(analysis.facts).toContainEqual({ name: 'cgroupVersion', value: 1 });
      const table = analysis.views.find(({ name }) => name === 'containers');
      expect(table).toMatchObject({
        rows: [['', '', '', 1119465473, 1119465473, 1119465473, 2147483648, 0, 1119465473, 'total_rss', '']],
      });
    }
  });
});

describe('/proc', () => {
  it.each([
    [
      'grep over processes',
      '/proc/7/status:VmRSS:\t  400 kB\n/proc/8/status:VmRSS:\t  500 kB\n',
      { 'VmRSS{pid="7"}': 409600, 'VmRSS{pid="8"}': 512000 },
    ],
    ['one field', 'VmRSS:\t  400 kB\n', { VmRSS: 409600 }],
    ['statm', '51234 12345 2345 1 0 4567 0\n', { VmRSS: 12345 * 4096, RssFile: 2345 * 4096 }],
  ])('%s', async (_what, text, expected) => {
    const read = await readSeries(text);
    expect(read.format).toBe('proc');
    expect(lastValues(read)).toEqual(expected);
  });
});

describe('native memory tracking', () => {
  it.each([
    ['bytes', '', 1],
    ['kilobytes', 'KB', 1024],
    ['megabytes', 'MB', MIB],
    ['gigabytes', 'GB', 1024 * MIB],
  ])('in %s', async (_what, unit, scale) => {
    const read = await readSeries(NMT(500).replaceAll('KB', unit));
    expect(lastValues(read)['nmt_committed_bytes{pid="7", category="Total"}']).toBe(500 * scale);
  });

  it('reads what is indented, and the counts of a detailed report as none of its own', async () => {
    const detail = `${NMT(500)}\nVirtual memory map:\n \n[0x0000000700000000 - 0x0000000800000000] reserved 4194304KB for Java Heap from\n    [0x00007f1] ReservedHeapSpace+0x1\n`;
    const read = await readSeries(detail.replaceAll(/^/gm, '  '));
    expect(Object.keys(lastValues(read))).toHaveLength(4);
  });
});
