import { expect, test } from 'vitest';
import { unpackColumn } from '../../../functions/model/pack-column.ts';
import { analysed, queryRange, thirtyContainers } from '../../web/chart-cases.ts';

test('a hole in the samples is drawn as a hole, at few points and at all of them', async () => {
  const value = (i: number): number | undefined => (i > 1000 && i < 2000 ? undefined : 1000 + i);
  const labels = { namespace: 'n', pod: 'p', container: 'c' };
  const text = queryRange([{ metric: 'container_memory_working_set_bytes', labels, count: 5000, value }]);
  const chart = (await analysed(text)).views.find(({ name }) => name === 'memory');
  if (chart?.kind !== 'chart') throw new Error('there is no chart');
  const values = chart.lines[0]?.values ?? [];
  expect(values.filter((each) => each === null)).toHaveLength(1);
  const gap = values.indexOf(null);
  expect([values[gap - 1], values[gap + 1]]).toEqual([2000, 3000]);
  const fine = unpackColumn(chart.fine!.lines[0]!.values);
  expect(fine).toHaveLength(4001 + 1);
  expect(fine[1001]).toBeNaN();
  expect(unpackColumn(chart.fine!.axes[0]!)).toHaveLength(4002);
});

test('all containers are in one chart, those that grew the most first', async () => {
  const { views } = await analysed(thirtyContainers());
  const chart = views.find(({ name }) => name === 'memory-of-all');
  if (chart?.kind !== 'chart') throw new Error('there is no chart');
  expect(chart.lines).toHaveLength(30);
  expect(chart.lines[0]?.label).toContain('deployment-03');
});
