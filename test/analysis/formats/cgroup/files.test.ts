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

  it('says when there is no limit', async () => {
    const { warnings } = await analyseAs('cgroup', 'memory.limit_in_bytes: 9223372036854771712\n');
    expect(warnings.join()).toMatch(/no memory limit/);
  });
});
