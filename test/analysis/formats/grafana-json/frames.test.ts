import { describe, expect, it } from 'vitest';
import { analyseAs, bytesOf, chosenFormat } from '../analyse.ts';

const T0 = 1_760_000_000_000;
const times = [T0, T0 + 60_000];
const frame = {
  schema: {
    name: 'app-1',
    fields: [
      { name: 'Time', type: 'time' },
      {
        name: 'Value',
        type: 'number',
        labels: { pod: 'app-1' },
        config: { unit: 'bytes', displayNameFromDS: 'app-1' },
      },
    ],
  },
  data: { values: [times, [5, 6]] },
};

describe("Grafana's data", () => {
  it.each([
    ['a query answer', { results: { A: { status: 200, frames: [frame] } } }],
    ['the inspector', [frame]],
    [
      'a panel with its snapshot',
      {
        panels: [
          {
            title: 'Memory',
            snapshotData: [
              {
                fields: [
                  { name: 'time', type: 'time', values: times },
                  {
                    name: 'app-1',
                    type: 'number',
                    labels: { pod: 'app-1' },
                    config: { unit: 'bytes' },
                    values: [5, 6],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  ])('is read from %s', async (_, json) => {
    const text = JSON.stringify(json);
    expect(chosenFormat(bytesOf(text))).toBe('grafana-json');
    const { series } = await analyseAs('grafana-json', text);
    expect(series).toEqual([
      { metric: 'app-1', labels: { pod: 'app-1' }, unit: 'bytes', timesMs: times, values: [5, 6] },
    ]);
  });

  it('names the series of a table by its texts', async () => {
    const table = [
      {
        type: 'table',
        columns: [{ text: 'Time', type: 'time' }, { text: 'pod' }, { text: 'mem' }],
        rows: [
          [T0, 'a', 1],
          [T0, 'b', 2],
          [T0 + 1000, 'a', 3],
        ],
      },
    ];
    const { series } = await analyseAs('grafana-json', JSON.stringify(table));
    expect(series.map(({ metric, labels, values }) => [metric, labels, values])).toEqual([
      ['mem', { pod: 'a' }, [1, 3]],
      ['mem', { pod: 'b' }, [2]],
    ]);
  });

  it('reads numbers that are written as texts', async () => {
    const fields = [
      { name: 'Time', type: 'time' },
      { name: 'mem', type: 'number' },
    ];
    const frame = {
      schema: { fields },
      data: {
        values: [
          [T0, T0 + 1000],
          ['100000000', '100000001'],
        ],
      },
    };
    const { series } = await analyseAs('grafana-json', JSON.stringify([frame]));
    expect(series[0]).toMatchObject({ metric: 'mem', labels: {}, values: [1e8, 1e8 + 1] });
  });

  it.each([
    ['a dashboard', { title: 'd', panels: [{ type: 'graph', targets: [{ expr: 'up' }] }] }],
    ['a dashboard of version 2', { apiVersion: 'dashboard.grafana.app/v2beta1', kind: 'Dashboard', spec: {} }],
    ['a panel', { id: 2, type: 'timeseries', fieldConfig: { defaults: {} }, targets: [{ expr: 'up' }] }],
    ['an answer without series', { state: 'Done', series: [], annotations: [], timeRange: {} }],
  ])('refuses %s without data, and says how to get it', async (_what, json) => {
    const dashboard = JSON.stringify(json);
    expect(chosenFormat(bytesOf(dashboard))).toBe('grafana-json');
    await expect(analyseAs('grafana-json', dashboard)).rejects.toThrow(/Inspect > Data/);
  });
});
