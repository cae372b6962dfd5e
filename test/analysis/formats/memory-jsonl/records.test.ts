import { describe, expect, it } from 'vitest';
import { analyseAs, bytesOf, chosenFormat, rowsOf } from '../analyse.ts';

const usage = { rss: 50e6, heapTotal: 20e6, heapUsed: 10e6, external: 1e6, arrayBuffers: 1e4 };

describe('memory of runtimes', () => {
  it('reads the memory at any depth, with what stands beside it', async () => {
    const line = (i: number): string =>
      JSON.stringify({
        level: 30,
        time: 1_760_000_000_000 + i * 1000,
        pid: 7,
        memory: { ...usage, rss: 50e6 + i },
        eventLoop: { delayMs: 2 + i },
      });
    const { series, context } = await analyseAs('memory-jsonl', `${line(0)}\n${line(1)}\n`);
    expect(series.find(({ metric }) => metric === 'rss')).toMatchObject({
      labels: { pid: '7' },
      unit: 'bytes',
      values: [50e6, 50e6 + 1],
    });
    expect(series.find(({ metric }) => metric === 'eventLoop.delayMs')?.values).toEqual([2, 3]);
    expect(context.runtime).toBe('Node.js');
  });

  it('reads what console.log prints, over several lines, after the time', async () => {
    const print = (i: number): string =>
      `2026-01-01T00:0${i}:00Z {\n  rss: ${50e6 + i},\n  heapTotal: 6537216,\n  heapUsed: 4638424,\n  external: 423221,\n  arrayBuffers: 17606\n}\n`;
    const text = print(0) + print(1);
    expect(chosenFormat(bytesOf(text))).toBe('memory-jsonl');
    const { series } = await analyseAs('memory-jsonl', text);
    expect(series.find(({ metric }) => metric === 'rss')).toMatchObject({
      values: [50e6, 50e6 + 1],
      timesMs: [Date.UTC(2026), Date.UTC(2026) + 60_000],
    });
  });

  it('reads the lists of Elixir and Erlang', async () => {
    const erlang =
      '[{total,100},{processes,40},{processes_used,39},{system,60},{atom,3},{atom_used,2},{binary,20},{code,10},{ets,5}]\n';
    const elixir =
      '[\n  total: 100,\n  processes: 40,\n  processes_used: 39,\n  system: 60,\n  atom: 3,\n  atom_used: 2,\n  binary: 20,\n  code: 10,\n  ets: 5\n]\n';
    for (const text of [erlang, elixir]) {
      expect(chosenFormat(bytesOf(text))).toBe('memory-jsonl');
      const analysis = await analyseAs('memory-jsonl', text, { context: { capturedAtMs: 1_760_000_000_000 } });
      expect(analysis.context.runtime).toBe('BEAM');
      expect(analysis.series.find(({ metric }) => metric === 'erlang_memory_binary')?.values).toEqual([20]);
      expect(rowsOf(analysis, 'series')).toHaveLength(9);
    }
  });

  it('counts from the start where only the uptime is known', async () => {
    const { series, warnings } = await analyseAs(
      'memory-jsonl',
      `${JSON.stringify({ uptime: 1, ...usage })}\n${JSON.stringify({ uptime: 2.5, ...usage })}\n`,
    );
    expect(series[0]?.timesMs).toEqual([1000, 2500]);
    expect(warnings.join()).toMatch(/dates are not known/);
  });

  const beam = (total: number): string =>
    `[total: ${total}, processes: 40, processes_used: 39, system: 60, atom: 3, atom_used: 2, binary: 20, code: 10, ets: 5]`;
  it.each<[string, (i: number) => string, string]>([
    ['new Date().toString()', (i) => `Thu Jan 01 2026 01:0${i}:00 GMT+0100 (Central European Standard Time)\n`, ''],
    ['a tuple of Elixir', (i) => `{~U[2026-01-01 00:0${i}:00.000000Z], `, '}'],
  ])('finds the time in %s', async (_what, before, after) => {
    const text = [0, 1].map((i) => `${before(i)}${beam(100 + i)}${after}\n`).join('');
    expect(chosenFormat(bytesOf(text))).toBe('memory-jsonl');
    const { series } = await analyseAs('memory-jsonl', text);
    expect(series[0]).toMatchObject({ timesMs: [Date.UTC(2026), Date.UTC(2026) + 60_000], values: [100, 101] });
  });

  it('takes the time of day that Elixir logs, over midnight', async () => {
    const text = ['23:59:30.500', '00:00:30.500'].map((time, i) => `${time} [info] memory ${beam(100 + i)}\n`).join('');
    expect(chosenFormat(bytesOf(text))).toBe('memory-jsonl');
    const { series, warnings } = await analyseAs('memory-jsonl', text);
    expect(series[0]?.values).toEqual([100, 101]);
    expect((series[0]?.timesMs[1] ?? 0) - (series[0]?.timesMs[0] ?? 0)).toBe(60_000);
    expect(warnings.join()).toMatch(/dates are not known/);
  });

  const at = (i: number): string => new Date(Date.UTC(2026) + 60_000 * i).toISOString();
  it.each<[string, (i: number) => unknown, number[]]>([
    ['units in the keys', (i) => ({ time: at(i), rssMB: 50 + i, heapUsedMB: 10, heapTotalMB: 20 }), [50e6, 51e6]],
    ['words with underscores', (i) => ({ time: at(i), rss: 50e6 + i, heap_used: 1e7 }), [50e6, 50e6 + 1]],
    ['resident memory alone', (i) => ({ ts: at(i), rss: 50e6 + i }), [50e6, 50e6 + 1]],
    [
      'MiB that nobody named',
      (i) => ({ time: at(i), rss: 50.5 + i, heapUsed: 10.25 }),
      [50.5 * 2 ** 20, 51.5 * 2 ** 20],
    ],
  ])('reads %s', async (_what, record, expected) => {
    const text = [0, 1].map((i) => `${JSON.stringify(record(i))}\n`).join('');
    expect(chosenFormat(bytesOf(text))).toBe('memory-jsonl');
    const { series, warnings } = await analyseAs('memory-jsonl', text);
    const rss = series.find(({ metric }) => metric === 'rss');
    expect(rss).toMatchObject({ unit: 'bytes', values: expected, timesMs: [Date.UTC(2026), Date.UTC(2026) + 60_000] });
    expect(warnings.some((warning) => warning.includes('taken as MiB'))).toBe(expected[0] === 50.5 * 2 ** 20);
  });

  it('reads an array inside of an object, and the frame of console.table', async () => {
    const array = JSON.stringify({ samples: [0, 1].map((i) => ({ time: at(i), ...usage, rss: 5e7 + i })) });
    expect(chosenFormat(bytesOf(array))).toBe('memory-jsonl');
    const { series } = await analyseAs('memory-jsonl', array);
    expect(series.find(({ metric }) => metric === 'rss')?.values).toEqual([5e7, 5e7 + 1]);
    const row = ([key, value]: [string, number]): string => `│ ${key.padEnd(12)} │ ${value} │\n`;
    const table = `┌───┬───┐\n│ (index) │ Values │\n├───┼───┤\n${Object.entries(usage).map(row).join('')}└───┴───┘\n`;
    expect(chosenFormat(bytesOf(table))).toBe('memory-jsonl');
    const read = rowsOf(await analyseAs('memory-jsonl', table), 'series').map(([metric, , , , last]) => [metric, last]);
    expect(Object.fromEntries(read)).toEqual(usage);
  });

  it('leaves other logs alone', () => {
    expect(chosenFormat(bytesOf('{"level":30,"msg":"total: 5"}\n{"level":30,"msg":"x"}\n'))).toBeUndefined();
  });

  const minute = (i: number): string => `0${i}`;
  const BEAM = (i: number): string =>
    `[{total,${5e7 + i}},{processes,2},{processes_used,2},{system,3},{atom,4},{atom_used,4},{binary,5},{code,6},{ets,7}]`;

  it.each([
    [
      'the lines of a well-known answer',
      (i: number) => `2026-05-04T10:${minute(i)}:00Z\nrss ${25 + i}.5 MB\nheapTotal 9.23 MB\nheapUsed 5.12 MB\n`,
      { 'rss{}': [25.5e6, 26.5e6] },
    ],
    [
      'words',
      (i: number) =>
        `[2026-05-04T10:${minute(i)}:00Z] Memory usage - RSS: ${345 + i}.2 MB, Heap Total: 9.1 MB, Heap Used: 5 MB, Array Buffers: 1 MB\n`,
      { 'rss{}': [345.2e6, 346.2e6], 'arrayBuffers{}': [1e6, 1e6] },
    ],
    [
      'pairs of a logger, with its labels',
      (i: number) => `level=info ts=2026-05-04T10:${minute(i)}:00Z pod=web-0 rss=${4e8 + i} heap_used=5 heap_total=9\n`,
      { 'rss{pod=web-0}': [4e8, 4e8 + 1] },
    ],
    [
      'seconds since 1970 among pairs',
      (i: number) => `level=info ts=${1777888800 + 60 * i} rss=${4e8 + i} heapUsed=5 heapTotal=9\n`,
      { 'rss{}': [4e8, 4e8 + 1] },
    ],
    [
      'a logger that writes its process, then the date',
      (i: number) =>
        `[Nest] 7  - 05/04/2026, 10:${minute(i)}:00 AM     LOG [Memory] {"rss":${4e8 + i},"heapTotal":9,"heapUsed":5}\n`,
      { 'rss{}': [4e8, 4e8 + 1] },
    ],
    [
      'a shipper of logs, with its pods',
      (i: number) =>
        ['a', 'b']
          .map((pod) =>
            JSON.stringify({
              _source: {
                '@timestamp': `2026-05-04T10:${minute(i)}:00Z`,
                kubernetes: { pod: { name: pod }, container: { name: 'app' }, namespace: 'shop' },
                memory: { rss: pod === 'a' ? 4e8 + i : 3e8, heapTotal: 9, heapUsed: 5 },
              },
            }),
          )
          .join('\n') + '\n',
      {
        'rss{container=app,namespace=shop,pod=a}': [4e8, 4e8 + 1],
        'rss{container=app,namespace=shop,pod=b}': [3e8, 3e8],
      },
    ],
    [
      'flat names',
      (i: number) =>
        `${JSON.stringify({ time: 1777888800000 + 60_000 * i, pod_name: 'a', 'vm.memory.total': 5e7 + i, 'vm.memory.processes': 2, 'vm.memory.binary': 3, 'vm.memory.ets': 4 })}\n`,
      { 'erlang_memory_total{pod=a}': [5e7, 5e7 + 1] },
    ],
    [
      'calendar:universal_time/0',
      (i: number) => `{{{2026,5,4},{10,${i},0}},${BEAM(i)}}.\n`,
      { 'erlang_memory_total{}': [5e7, 5e7 + 1] },
    ],
  ])('finds the time and what it is of: %s', async (_what, round, expected) => {
    const text = round(0) + round(1);
    expect(chosenFormat(bytesOf(text))).toBe('memory-jsonl');
    const { series } = await analyseAs('memory-jsonl', text);
    const found = Object.fromEntries(
      series.map(({ metric, labels, timesMs, values }) => {
        expect(timesMs).toEqual([1777888800000, 1777888860000]);
        const names = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
        return [`${metric}{${names.sort().join(',')}}`, values];
      }),
    );
    expect(found).toMatchObject(expected);
  });
});
