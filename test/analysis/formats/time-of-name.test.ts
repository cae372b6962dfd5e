import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { timeOfName } from '../../../functions/analysis/formats/time-of-name.ts';
import { bytesOf } from './analyse.ts';
import { readSeries } from './read-series.ts';

it.each([
  ['top-2026-05-04T10:00:00Z.txt', '2026-05-04T10:00:00.000Z'],
  ['caps/2026-05-04T12:00:00+02:00/memory.stat', '2026-05-04T10:00:00.000Z'],
  ['20260504-100000.prom', '2026-05-04T10:00:00.000Z'],
  ['web-0_2026-05-04_10-00.json', '2026-05-04T10:00:00.000Z'],
  ['2026-05-04 10.00.00.txt', '2026-05-04T10:00:00.000Z'],
  ['scrape.1777888800.prom', '2026-05-04T10:00:00.000Z'],
  ['scrape-1777888800123.prom', '2026-05-04T10:00:00.123Z'],
  ['2026-05-03T09:00:00Z/top-2026-05-04T10:00:00Z.txt', '2026-05-04T10:00:00.000Z'],
])('%s is of %s', (name, time) => {
  expect(new Date(timeOfName(name)).toISOString()).toBe(time);
});

it.each([
  'web-7d4b9c6f5-x2x7k/memory.stat',
  '2026-05-04.txt',
  '2026-13-04T10:00:00Z',
  'docker/b29faf1777888800b64b4192/memory.stat',
  'memory.current',
  '',
])('%j says no time', (name) => {
  expect(timeOfName(name)).toBeNaN();
});

it('gives samples without a time that of their file, so that those of one archive join up', async () => {
  const at = (i: number): string => `2026-05-04T10:0${i}:00.000Z`;
  const top = (i: number): Uint8Array =>
    bytesOf(`NAME    CPU(cores)   MEMORY(bytes)\nweb-0   5m           ${100 + i}Mi\n`);
  const files = [0, 1, 2].map((i) => [`top-20260504T100${i}00Z.txt`, top(i)] as const);
  const tops = await readSeries(zipSync(Object.fromEntries(files)));
  expect(tops.series['container_memory_working_set_bytes{pod=web-0}']).toEqual(
    [0, 1, 2].map((i) => [at(i), (100 + i) * 2 ** 20]),
  );
  expect(tops.analysis.warnings.join()).toMatch(/and 2 more: the sample has no time of its own/);

  const stat = (i: number): Uint8Array => bytesOf(`anon ${4096 * (i + 1)}\nfile 5\nslab 1\n`);
  const folders = [0, 1].map((i) => [`${at(i)}/web/memory.stat`, stat(i)] as const);
  const stats = await readSeries(zipSync(Object.fromEntries(folders)));
  expect(stats.series['anon{cgroup=web}']).toEqual([0, 1].map((i) => [at(i), 4096 * (i + 1)]));

  const own = await readSeries(`${at(0)}\n${new TextDecoder().decode(top(0))}`, 'top-20200101T000000Z.txt');
  expect(own.series['container_memory_working_set_bytes{pod=web-0}']?.[0]?.[0]).toBe(at(0));
  expect(own.analysis.warnings.join()).not.toMatch(/name of its file/);
});
