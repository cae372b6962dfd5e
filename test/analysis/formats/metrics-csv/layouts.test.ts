import { describe, expect, it } from 'vitest';
import { analyseAs, chosenFormat, bytesOf, factOf } from '../analyse.ts';

const rows = (...lines: string[]): string => `${lines.join('\n')}\n`;

describe('tables of metrics', () => {
  it('reads units in cells, with gaps', async () => {
    const { series } = await analyseAs(
      'metrics-csv',
      rows(
        'Time,app-1,app-2',
        '2026-01-01 00:00:00,1.5 GiB,',
        '2026-01-01 00:01:00,1.75 GiB,512 MiB',
        '2026-01-01 00:02:00,null,1 GiB',
      ),
    );
    expect(series.map(({ metric, unit, values }) => [metric, unit, values])).toEqual([
      ['app-1', 'bytes', [1.5 * 2 ** 30, 1.75 * 2 ** 30]],
      ['app-2', 'bytes', [2 ** 29, 2 ** 30]],
    ]);
  });

  it('reads units in the header', async () => {
    const { series } = await analyseAs(
      'metrics-csv',
      rows('time,rss (MiB),cpu [%]', '1760000000,10,5', '1760000060,11,6'),
    );
    expect(series.map(({ metric, unit, values }) => [metric, unit, values])).toEqual([
      ['rss', 'bytes', [10 * 2 ** 20, 11 * 2 ** 20]],
      ['cpu', '%', [5, 6]],
    ]);
  });

  it('reads decimal commas below a header with a unit', async () => {
    const { series } = await analyseAs(
      'metrics-csv',
      rows('Zeit;mem (MiB)', '01.02.2026 10:00;1,5', '01.02.2026 10:01;2'),
    );
    expect(series[0]).toMatchObject({ unit: 'bytes', values: [1.5 * 2 ** 20, 2 * 2 ** 20] });
  });

  it('reads columns that are aligned by blanks', async () => {
    const { series } = await analyseAs(
      'metrics-csv',
      rows('time        rss  heap', '1760000000    5    10', '1760000060   15     9', '1760000120  105     8'),
    );
    expect(series.map(({ metric, values }) => [metric, values])).toEqual([
      ['rss', [5, 15, 105]],
      ['heap', [10, 9, 8]],
    ]);
  });

  it('keeps the order of rows of which some are quoted, have units or lack cells', async () => {
    const lines = Array.from({ length: 1000 }, (_, i) => {
      const cells = i % 7 === 0 ? [`"${i}"`, `${i} KiB`] : i % 11 === 0 ? ['', `${i * 1024}`] : [`${i}`, `${i * 1024}`];
      return [1760000000 + i, ...cells].join(',');
    });
    const { series } = await analyseAs('metrics-csv', rows('time,a,b', ...lines));
    const all = lines.map((_, i) => i);
    const filled = all.filter((i) => i % 7 === 0 || i % 11 !== 0);
    expect(series[0]?.values).toEqual(filled);
    expect(series[0]?.timesMs).toEqual(filled.map((i) => (1760000000 + i) * 1000));
    expect(series[1]?.values).toEqual(all.map((i) => i * 1024));
  });

  it('reads decimal commas between semicolons', async () => {
    const { series } = await analyseAs(
      'metrics-csv',
      rows('Zeit;Time;mem', 'a;01.02.2026 10:00;1,5', 'a;01.02.2026 10:01;2,5'),
    );
    expect(series[0]).toMatchObject({
      metric: 'mem',
      values: [1.5, 2.5],
      timesMs: [Date.UTC(2026, 1, 1, 10), Date.UTC(2026, 1, 1, 10, 1)],
    });
  });

  it('reads a day-first column by the days that cannot be months', async () => {
    const { series } = await analyseAs(
      'metrics-csv',
      rows('date,v', '02/01/2026 00:00,1', '13/01/2026 00:00,2', '14/01/2026 00:00,3', '15/01/2026 00:00,4'),
    );
    expect(series[0]?.timesMs[0]).toBe(Date.UTC(2026, 0, 2));
  });

  it('names series by a label column, and by a metric column', async () => {
    const long = await analyseAs(
      'metrics-csv',
      rows(
        'timestamp,process,pid,vms',
        '2026-01-01T00:00:00,web,7,100',
        '2026-01-01T00:00:00,db,8,200',
        '2026-01-01T00:01:00,web,7,110',
      ),
    );
    expect(long.series.map(({ metric, labels, values }) => [metric, labels, values])).toEqual([
      ['vms', { process: 'web', pid: '7' }, [100, 110]],
      ['vms', { process: 'db', pid: '8' }, [200]],
    ]);
    const named = await analyseAs(
      'metrics-csv',
      rows('Time,Metric,Value', '2026-01-01 00:00:00,"up{job=""a""}",1', '2026-01-01 00:00:00,down,2'),
    );
    expect(named.series.map(({ metric, labels }) => [metric, labels])).toEqual([
      ['up', { job: 'a' }],
      ['down', {}],
    ]);
    expect(factOf(named, 'layout')).toBe('series as rows');
  });

  it('reads a table without a header', async () => {
    const { series } = await analyseAs(
      'metrics-csv',
      rows('2026-01-01 00:00:00,5', '2026-01-01 00:01:00,6', '2026-01-01 00:02:00,7'),
    );
    expect(series[0]?.values).toEqual([5, 6, 7]);
  });

  it('knows times that only count from the start', async () => {
    const relative = await analyseAs('metrics-csv', rows('elapsed_seconds,rss_bytes', '0,5', '1.5,6', '3,7'));
    expect(relative.series[0]?.timesMs).toEqual([0, 1500, 3000]);
    expect(relative.warnings.join()).toMatch(/dates are not known/);
    const order = await analyseAs('metrics-csv', rows(',0', '0,40', '1,41', '2,42'));
    expect(order.series).toEqual([]);
    expect(order.warnings.join()).toMatch(/no slope per hour/);
  });

  it('goes over midnight with times of day', async () => {
    const { series } = await analyseAs('metrics-csv', rows('time,v', '23:59:00,1', '23:59:30,2', '00:00:00,3'));
    expect(series[0]?.timesMs.map((time, _, all) => time - all[0]!)).toEqual([0, 30_000, 60_000]);
  });

  it('complains about rows that it cannot read, and reads on', async () => {
    const good = Array.from({ length: 80 }, (_, i) => `${1760000000 + i},${i},${i * 2}`);
    const { series, warnings } = await analyseAs(
      'metrics-csv',
      rows('time,a,b', ...good, 'never,1,2', '1760000100,oops,3', '1760000101,4,5'),
    );
    expect(series[0]?.values.slice(-2)).toEqual([79, 4]);
    expect(series[1]?.values.slice(-3)).toEqual([158, 3, 5]);
    expect(warnings).toEqual(['line 82: a row without a time', 'line 83: column a is not a number']);
  });

  it('leaves tables of events alone', () => {
    expect(
      chosenFormat(
        bytesOf(rows('timestamp,level,message', '2026-01-01 00:00:00,30,started', '2026-01-01 00:01:00,30,stopped')),
      ),
    ).toBeUndefined();
    expect(chosenFormat(bytesOf(rows('a,b', 'x,y', 'z,w')))).toBeUndefined();
  });
});
