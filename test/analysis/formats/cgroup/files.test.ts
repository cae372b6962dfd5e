import { describe, expect, it } from 'vitest';
import { detect } from '../../../../functions/analysis/run.ts';
import { analyseAs, bytesOf, chosenFormat, rowsOf } from '../analyse.ts';

describe('cgroup files', () => {
  it.each([
    'memory.current:73728\nmemory.max:max\nmemory.stat:anon 40960\nmemory.stat:file 8192\nmemory.events:oom_kill 2\n',
    '==> /sys/fs/cgroup/memory.current <==\n73728\n\n==> /sys/fs/cgroup/memory.stat <==\nanon 40960\nfile 8192\nslab 1\n',
  ])('reads several files with their names: %j', async (text) => {
    expect(chosenFormat(bytesOf(text))).toBe('cgroup');
    const rows = rowsOf(await analyseAs('cgroup', text), 'series').map(([metric, , , , last]) => [metric, last]);
    expect(rows).toContainEqual(['memory.current', 73728]);
    expect(rows).toContainEqual(['anon', 40960]);
    expect(rows.some(([metric]) => metric === 'memory.max')).toBe(false);
  });

  it.each([
    ['tail -n +1 *', (file: string, content: string) => `==> /sys/fs/cgroup/${file} <==\n${content}\n`],
    ['grep -r . .', (file: string, content: string) => content.replace(/^/gm, `/sys/fs/cgroup/${file}:`)],
  ])('passes over what says nothing of memory in use, and says so: %s', async (_what, print) => {
    const files = {
      'cgroup.procs': '7\n19',
      'cpu.stat': 'usage_usec 12\nnr_periods 0',
      'memory.current': '73728',
      'memory.events': 'max 12\noom_kill 2',
      'memory.events.local': 'max 1\noom_kill 1',
      'memory.numa_stat': 'anon N0=40960\nfile N0=8192',
      'memory.oom.group': '1',
      'memory.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=123',
      'memory.stat': 'anon 40960\nfile 8192',
      'memory.swap.events': 'max 9\nfail 9',
    };
    const text = Object.entries(files).map(([file, content]) => `${print(file, content)}\n`);
    expect(chosenFormat(bytesOf(text.join('')))).toBe('cgroup');
    const analysis = await analyseAs('cgroup', text.join(''));
    expect(Object.fromEntries(rowsOf(analysis, 'series').map((row) => [row[0], row.at(-1)]))).toEqual({
      'memory.current': 73728,
      max: 12,
      oom_kill: 2,
      anon: 40960,
      file: 8192,
    });
    expect(analysis.warnings.join()).toContain(
      'passed over: cgroup.procs, cpu.stat, memory.events.local, memory.numa_stat, memory.oom.group, memory.pressure, memory.swap.events',
    );
  });

  it.each([
    ['headings', (at: number, bytes: number) => `${at}\n==> memory.current <==\n${bytes}\n`, 'memory.current'],
    ['pairs', (at: number, bytes: number) => `${at} memory.current=${bytes} memory.max=max\n`, 'memory.current'],
    ['numbers alone', (at: number, bytes: number) => `${at}\n${bytes}\n`, 'value'],
    ['a date', (at: number, bytes: number) => `${new Date(at * 1000).toString()}\n${bytes}\n`, 'value'],
  ])('reads rounds of %s behind their times', async (_what, round, metric) => {
    const text = [0, 1, 2].map((i) => round(1760000001 + 60 * i, 4096 * (i + 1))).join('');
    expect(chosenFormat(bytesOf(text))).toBe('cgroup');
    const { series } = await analyseAs('cgroup', text);
    expect(series).toMatchObject([
      { metric, timesMs: [1760000001000, 1760000061000, 1760000121000], values: [4096, 8192, 12288] },
    ]);
  });

  it('reads a number a line behind its time', async () => {
    const { series, warnings } = await analyseAs('cgroup', '1760000000 100\n1760000060 200\n');
    expect(series[0]).toMatchObject({ timesMs: [1760000000000, 1760000060000], values: [100, 200] });
    expect(warnings.join()).toMatch(/a number stands alone/);
  });

  it('asks the name only when the content says nothing', () => {
    const number = bytesOf('484491264\n');
    expect(detect(number, 'memory.usage_in_bytes')?.format).toBe('cgroup');
    expect(detect(number, 'pids.txt')).toBeUndefined();
  });

  it('asks the name of the file alone: other files of a cgroup hold one number as well', () => {
    const number = bytesOf('1\n');
    expect(detect(number, 'proc/sys/vm/overcommit_memory')).toBeUndefined();
    expect(detect(number, 'sys/fs/cgroup/memory/web/memory.usage_in_bytes')?.format).toBe('cgroup');
    for (const name of [
      'cgroup.procs',
      'tasks',
      'memory.swappiness',
      'memory.use_hierarchy',
      'cpuset.memory_migrate',
      'hugetlb.2MB.failcnt',
    ])
      expect(detect(number, `sys/fs/cgroup/memory/web/${name}`)).toBeUndefined();
  });

  it('keeps numbers without names apart, by their place in a round', async () => {
    const text = [0, 1, 2].map((i) => `2026-05-04T10:0${i}:00Z\n${4096 * i}\n536870912\nanon 7\nfile 5\nslab 1\n`);
    const { series } = await analyseAs('cgroup', text.join(''));
    const values = Object.fromEntries(series.map(({ metric, values }) => [metric, values]));
    expect(values).toMatchObject({
      value: [0, 4096, 8192],
      value2: [536870912, 536870912, 536870912],
      anon: [7, 7, 7],
    });
  });

  it.each([
    ['a prompt', (path: string) => `$ cat ${path}\n`],
    ['set -x', (path: string) => `+ cat ${path}\n`],
    ['kubectl exec', (path: string) => `kubectl exec web-0 -- cat ${path}\n`],
  ])('takes the names from the command that printed them: %s', async (_what, shown) => {
    const folder = '/sys/fs/cgroup';
    const text = [0, 1].map(
      (i) =>
        `2026-05-04T10:0${i}:00Z\n${shown(`${folder}/memory.current ${folder}/memory.max`)}${4096 * i}\n8192000\n${shown(`${folder}/memory.stat`)}anon 7\nfile 5\nslab 1\n`,
    );
    expect(chosenFormat(bytesOf(text.join('')))).toBe('cgroup');
    const { series } = await analyseAs('cgroup', text.join(''));
    expect(series.map(({ metric, values }) => [metric, values])).toEqual([
      ['memory.current', [0, 4096]],
      ['memory.max', [8192000, 8192000]],
      ['anon', [7, 7]],
      ['file', [5, 5]],
      ['slab', [1, 1]],
    ]);
  });

  it('says when there is no limit', async () => {
    const { warnings } = await analyseAs('cgroup', 'memory.limit_in_bytes: 9223372036854771712\n');
    expect(warnings.join()).toMatch(/no memory limit/);
  });
});
