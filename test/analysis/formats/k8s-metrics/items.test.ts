import { expect, it } from 'vitest';
import { analyseAs, bytesOf, chosenFormat, factOf, rowsOf } from '../analyse.ts';

it('reads nodes, single pods and arrays of lists', async () => {
  const node = {
    kind: 'NodeMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { name: 'n1' },
    timestamp: '2026-01-01T00:00:00Z',
    window: '20s',
    usage: { cpu: '250m', memory: '1Gi' },
  };
  const pod = {
    kind: 'PodMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { name: 'p', namespace: 'n' },
    timestamp: '2026-01-01T00:00:00Z',
    window: '20s',
    containers: [{ name: 'c', usage: { cpu: '1', memory: '5Ki' } }],
  };
  const text = JSON.stringify([node, { kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', items: [pod] }]);
  expect(chosenFormat(bytesOf(text))).toBe('k8s-metrics');
  const analysis = await analyseAs('k8s-metrics', text);
  expect([factOf(analysis, 'nodes'), factOf(analysis, 'pods')]).toEqual([1, 1]);
  expect(rowsOf(analysis, 'series').map(([metric, , unit, , value]) => [metric, unit, value])).toEqual([
    ['node_cpu_usage_cores', 'cores', 0.25],
    ['node_memory_working_set_bytes', 'bytes', 2 ** 30],
    ['container_cpu_usage_cores', 'cores', 1],
    ['container_memory_working_set_bytes', 'bytes', 5 * 1024],
  ]);
});

it('says what the API answered instead', async () => {
  const status = JSON.stringify({
    kind: 'Status',
    apiVersion: 'metrics.k8s.io/v1beta1',
    status: 'Failure',
    message: 'the server is currently unable to handle the request',
  });
  await expect(analyseAs('k8s-metrics', status)).rejects.toThrow(/unable to handle the request/);
});
