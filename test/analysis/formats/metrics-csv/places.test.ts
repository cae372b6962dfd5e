import { describe, expect, it } from 'vitest';
import { lastValues, readSeries } from '../read-series.ts';

const MIB = 2 ** 20;
/** 3:04:05 and the minutes after, on the second of January. */
const TIMES = ['03:04:05', '03:05:05', '03:06:05'];
const ISO = TIMES.map((time) => `2024-01-02T${time}.000Z`);
const table = (head: string, row: (time: string, i: number) => string): string =>
  `${head}\n${TIMES.map(row).join('\n')}\n`;
const points = (...values: number[]): (readonly [string, number])[] =>
  values.map((value, i) => [ISO[i]!, value] as const);

describe('times of any place', () => {
  it.each<[string, (time: string) => string]>([
    ['ISO', (time) => `2024-01-02T${time}Z`],
    ['ISO with an offset', (time) => `2024-01-02T0${Number(time[1]) + 2}${time.slice(2)}+02:00`],
    ['compact ISO', (time) => `20240102T${time.replaceAll(':', '')}Z`],
    ['Grafana', (time) => `2024-01-02 ${time}`],
    ['seconds', (time) => String(Date.parse(`2024-01-02T${time}Z`) / 1000)],
    ['milliseconds', (time) => String(Date.parse(`2024-01-02T${time}Z`))],
    ['the United States', (time) => `"1/2/2024, ${time.slice(1)} AM"`],
    ['the United States, short', (time) => `01/02/24 ${time}`],
    ['Kibana', (time) => `"Jan 2, 2024 @ ${time}.000"`],
    ['Chrome', (time) => `"Jan 2, 2024, ${time.slice(1)}\u202fAM"`],
    ['Germany', (time) => `02.01.2024 ${time}`],
    ['RFC 2822', (time) => `"Tue, 02 Jan 2024 ${time} GMT"`],
    ['JavaScript', (time) => `Tue Jan 02 2024 ${time} GMT+0000 (Coordinated Universal Time)`],
    ['date', (time) => `Tue Jan  2 ${time} UTC 2024`],
    [
      'Excel, as days',
      (time) => String(45293 + (Date.parse(`2024-01-02T${time}Z`) - Date.parse('2024-01-02')) / 86_400_000),
    ],
  ])('%s', async (_place, write) => {
    const read = await readSeries(table('Time,app', (time, i) => `${write(time)},${1e8 + i}`));
    expect(read.format).toBe('metrics-csv');
    expect(read.series).toEqual({ app: points(1e8, 1e8 + 1, 1e8 + 2) });
  });

  it('reads the day first where that puts the samples closer together', async () => {
    const days = ['03/01/2024', '04/01/2024', '05/01/2024'];
    const read = await readSeries(`Date,app\n${days.map((day, i) => `${day} 12:00,${1e8 + i}`).join('\n')}\n`);
    expect(read.series['app']?.map(([time]) => time.slice(0, 10))).toEqual(['2024-01-03', '2024-01-04', '2024-01-05']);
  });

  it('reads the day first where commas show fractions', async () => {
    const read = await readSeries(table('Date;app', (time, i) => `02/01/2024 ${time};1${i},5`));
    expect(read.series).toEqual({ app: points(10.5, 11.5, 12.5) });
  });

  it.each([
    ['columns of their own', 'Date,Time,rss', (time: string) => `2024-01-02,${time}`],
    ['columns of their own in the United States', 'Date,Time,rss', (time: string) => `1/2/2024,${time.slice(1)} AM`],
    ['blanks between them', '', (time: string) => `2024-01-02 ${time}`],
  ])('joins dates and clocks in %s', async (_what, head, write) => {
    const separator = head === '' ? '   ' : ',';
    const read = await readSeries(table(head, (time, i) => `${write(time)}${separator}${1e8 + i}`).trimStart());
    expect(Object.values(read.series)).toEqual([points(1e8, 1e8 + 1, 1e8 + 2)]);
  });
});

describe('numbers of any place', () => {
  it.each([
    ['decimal comma', 'Time;app', ';', ['1234,5 MiB', '1.235,5 MiB', '1 236,5 MiB'], [1234.5, 1235.5, 1236.5]],
    ['decimal comma between tabs', 'Time\tapp', '\t', ['1,5 MiB', '2,5 MiB', '13,25 MiB'], [1.5, 2.5, 13.25]],
    ['thousands', 'Time,app', ',', ['"1,234.5 MiB"', '"1,235 MiB"', '1236.5 MiB'], [1234.5, 1235, 1236.5]],
    ['Switzerland', 'Time,app', ',', ["1'234.5 MiB", "1'235.5 MiB", "1'236.5 MiB"], [1234.5, 1235.5, 1236.5]],
    ['several units', 'Time,app', ',', ['1 GiB', '1024 MiB', '1048576 KiB'], [1024, 1024, 1024]],
  ])('%s', async (_place, head, separator, cells, expected) => {
    const read = await readSeries(table(head, (time, i) => `2024-01-02 ${time}${separator}${cells[i]!}`));
    expect(read.series).toEqual({ app: points(...expected.map((value) => value * MIB)) });
  });

  it('takes the words for nothing as nothing', async () => {
    const words = ['null', 'undefined', '', '-', '—', 'NaN', 'N/A', 'No data', '#N/A', '∞', 'None', '"null"'];
    const rows = words.map((word, i) => `2024-01-02 04:${10 + i}:00,${word},1`);
    const read = await readSeries(
      `${table('Time,app,b', (time, i) => `2024-01-02 ${time},${i + 1} GiB,1`)}${rows.join('\n')}\n`,
    );
    expect(read.series['app']).toEqual(points(1024 * MIB, 2048 * MIB, 3072 * MIB));
    expect(read.analysis.warnings.join()).not.toMatch(/not a number/);
  });
});

describe('what stands around a table', () => {
  const body = table('"Time","app"', (time, i) => `2024-01-02 ${time},${1e8 + i}`);
  it.each([
    ['a title', `Memory usage\n\n${body}`],
    ['sep= and semicolons', `sep=;\n${body.replaceAll(',', ';')}`],
    ['comments', `# exported by hand\n# twice\n${body}`],
    ['a header in a comment', `#${body}`],
    ['rules of markdown', body.replace('\n', '\n---|---\n').replaceAll('"', '').replaceAll(',', '|')],
    ['the head of an answer', `HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\n${body}`],
    ['itself again', `${body}${body}`],
  ])('%s', async (_what, text) => {
    const read = await readSeries(text);
    expect(read.series).toEqual({ app: points(1e8, 1e8 + 1, 1e8 + 2) });
    expect(read.analysis.warnings.filter((warning) => !warning.includes('repeat a time'))).toEqual([]);
  });

  it('reads further tables with other columns in the same file, far into it as well', async () => {
    const write = (column: string, rows: number, first: number): string =>
      `"Time","${column}"\n${Array.from({ length: rows }, (_, i) => `${1_704_164_645 + 60 * i},${first + i}\n`).join('')}\n`;
    for (const rows of [3, 100]) {
      const read = await readSeries(write('web-0', rows, 1e8) + write('web-1', rows, 3e8) + write('web-2', rows, 5e8));
      const firsts = Object.entries(read.series).map(([name, found]) => [name, found.length, found[0]]);
      expect(firsts).toEqual([
        ['web-0', rows, [ISO[0], 1e8]],
        ['web-1', rows, [ISO[0], 3e8]],
        ['web-2', rows, [ISO[0], 5e8]],
      ]);
      expect(read.analysis.warnings.join()).not.toMatch(/without a time|no table/);
    }
  });

  it('names series by the rows of keys above a downloaded graph', async () => {
    const cloudwatch = await readSeries(
      table(
        'Full label,web pod_memory_working_set,db pod_memory_working_set\nLabel,pod_memory_working_set,pod_memory_working_set\nNamespace,shop,shop\nPodName,web,db\nStatistic,Average,Average\nPeriod,300,300',
        (time, i) => `2024/01/02 ${time},${1e8 + i},${2e8 + i}`,
      ),
    );
    expect(cloudwatch.series).toEqual({
      'pod_memory_working_set{namespace=shop,PodName=web}': points(1e8, 1e8 + 1, 1e8 + 2),
      'pod_memory_working_set{namespace=shop,PodName=db}': points(2e8, 2e8 + 1, 2e8 + 2),
    });
    const google = await readSeries(
      table(
        'TimeSeries ID,kubernetes.io/container/memory/used_bytes: 1\nnamespace_name,shop\npod_name,web-0\ncontainer_name,app\nmemory_type,non-evictable',
        (time, i) => `Tue Jan 02 2024 ${time} GMT+0000 (Coordinated Universal Time),${1e8 + i}`,
      ),
    );
    expect(google.series).toEqual({
      'kubernetes.io/container/memory/used_bytes{namespace_name=shop,pod=web-0,container=app,memory_type=non-evictable}':
        points(1e8, 1e8 + 1, 1e8 + 2),
    });
  });

  it('knows columns that name pods and containers by their words', async () => {
    const read = await readSeries(
      table('Time,Pod Name,Container Name,mem', (time, i) => `2024-01-02 ${time},web-0,app,${i}`),
    );
    expect(read.series).toEqual({ 'mem{pod=web-0,container=app}': points(0, 1, 2) });
  });

  it('keeps columns of one name apart', async () => {
    const read = await readSeries(table('Time,mem,mem', (time, i) => `2024-01-02 ${time},${i},${10 + i}`));
    expect(read.series).toEqual({ mem: points(0, 1, 2), 'mem{column=2}': points(10, 11, 12) });
  });

  it('reads legends that hold all labels, and groups that are tags', async () => {
    const legend = await readSeries(
      table('Time,"{__name__=""container_memory_rss"", pod=""web-0""}"', (time, i) => `2024-01-02 ${time},${i}`),
    );
    expect(legend.series).toEqual({ 'container_memory_rss{pod=web-0}': points(0, 1, 2) });
    const tags = await readSeries(
      table('time,group,value', (time, i) => `2024-01-02 ${time},"pod_name:web-0,kube_namespace:shop",${i}`),
    );
    expect(tags.series).toEqual({ 'value{pod_name=web-0,kube_namespace=shop}': points(0, 1, 2) });
  });

  it('names series by the tags of Datadog and the fields of InfluxDB', async () => {
    const datadog = await readSeries(
      table(
        'Date,avg:kubernetes.memory.usage{pod_name:web-1},avg:kubernetes.memory.usage{pod_name:web-2}',
        (time, i) => `2024-01-02 ${time},${i},${i}`,
      ),
    );
    expect(Object.keys(datadog.series)).toEqual([
      'kubernetes.memory.usage{pod_name=web-1}',
      'kubernetes.memory.usage{pod_name=web-2}',
    ]);
    const influx = await readSeries(
      `#group,false,false,true,true,false,false,true,true\n#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string\n#default,_result,,,,,,,\n${table(
        ',result,table,_start,_stop,_time,_value,_field,_measurement',
        (time, i) => `,,0,2024-01-02T00:00:00Z,2024-01-03T00:00:00Z,2024-01-02T${time}Z,${i},rss,mem`,
      )}`,
    );
    expect(influx.series).toEqual({ 'rss{table=0,_measurement=mem}': points(0, 1, 2) });
  });

  it('leaves lines of a log alone', async () => {
    const log = TIMES.map((time, i) => `2024-01-02 ${time} INFO worker ${i} took 12 ms and 3 tries`).join('\n');
    await expect(readSeries(`${log}\n`)).rejects.toMatchObject({ code: 'unrecognised' });
    expect(lastValues(await readSeries(table('time rss', (time, i) => `2024-01-02T${time}Z ${i}`)))).toEqual({
      rss: 2,
    });
  });
});
