import { describe, expect, it } from 'vitest';
import { analyseAs, rowsOf } from '../analyse.ts';
import { lastValues, readSeries } from '../read-series.ts';

const mapping = (address: string, path: string, rss: number): string =>
  `${address}-7f00fffff000 rw-p 00000000 08:02 5505067                    ${path}\nSize:  400 kB\nKernelPageSize: 4 kB\nRss:  ${rss} kB\nPss:  ${rss} kB\nPrivate_Dirty:  ${rss} kB\nVmFlags: rd wr mr mw me ac\n`;

describe('/proc', () => {
  it('sums smaps by snapshot, and shows what is mapped in the last one', async () => {
    const snapshot = (minute: number): string =>
      `2026-01-01T00:0${minute}:00Z\n${mapping('400000', '/bin/app', 100)}${mapping('500000', '[heap]', 1000 * (minute + 1))}${mapping('600000', '', 10)}`;
    const analysis = await analyseAs('proc', snapshot(0) + snapshot(1));
    expect(analysis.series.find(({ metric }) => metric === 'Rss')?.values).toEqual([1110 * 1024, 2110 * 1024]);
    expect(rowsOf(analysis, 'mappings').map((row) => row.slice(0, 3))).toEqual([
      ['[heap]', 1, 2000 * 1024],
      ['/bin/app', 1, 100 * 1024],
      ['[anonymous]', 1, 10 * 1024],
    ]);
    expect(analysis.series.some(({ metric }) => metric === 'KernelPageSize')).toBe(false);
  });

  it('begins the next snapshot where the addresses begin again', async () => {
    const once = mapping('400000', 'a', 1) + mapping('500000', 'b', 2);
    const analysis = await analyseAs('proc', once + once);
    expect(
      rowsOf(analysis, 'series')
        .find(([metric]) => metric === 'Rss')
        ?.slice(3, 6),
    ).toEqual([2, 3 * 1024, 3 * 1024]);
  });

  it('keeps processes apart', async () => {
    const status = (name: string, pid: number, rss: number): string =>
      `Name:\t${name}\nUmask:\t0022\nState:\tS (sleeping)\nPid:\t${pid}\nVmSize:\t 9 kB\nVmRSS:\t ${rss} kB\nThreads:\t3\n`;
    const analysis = await analyseAs('proc', status('web', 1, 5) + status('db', 2, 6), {
      context: { capturedAtMs: 1_760_000_000_000 },
    });
    expect(
      analysis.series.filter(({ metric }) => metric === 'VmRSS').map(({ labels, values }) => [labels, values]),
    ).toEqual([
      [{ process: 'web', pid: '1' }, [5 * 1024]],
      [{ process: 'db', pid: '2' }, [6 * 1024]],
    ]);
  });

  it.each([
    ['memory', 'host/proc/pressure/memory', ''],
    ['cpu', 'cpu.pressure', ''],
    ['io', 'file', '==> /proc/pressure/io <==\n'],
    ['', 'file', ''],
  ])('says that %j is under pressure only where the file does', async (what, name, heading) => {
    const read = await readSeries(`${heading}some avg10=1.50 avg60=0.00 avg300=0.00 total=12\n`, name);
    expect(lastValues(read)[`${what === '' ? '' : `${what}_`}pressure_avg10{kind="some"}`]).toBe(1.5);
  });

  it('leaves out pages that the kernel does not know', async () => {
    const read = await readSeries('149919 12547 18446744073709551615 19864 0 14531 0\n');
    expect([read.format, lastValues(read)]).toEqual(['proc', { VmRSS: 12547 * 4096 }]);
  });
});
