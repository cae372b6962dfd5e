import { describe, expect, it } from 'vitest';
import { analyseAs, bytesOf, chosenFormat, rowsOf } from '../analyse.ts';

const MIB = 2 ** 20;
const memoryOf = async (text: string): Promise<(string | number | null)[][]> => {
  expect(chosenFormat(bytesOf(text))).toBe('kubectl-top');
  return rowsOf(await analyseAs('kubectl-top', text), 'containers').map((row) => [
    row[0]!,
    row[1]!,
    row[2]!,
    Number(row[4]) / MIB,
  ]);
};

describe('kubectl top', () => {
  it('reads pods with and without headers and namespaces', async () => {
    expect(await memoryOf('NAME  CPU(cores)  MEMORY(bytes)\na  5m  67Mi\nb  1  1Gi\n')).toEqual([
      ['', 'b', '', 1024],
      ['', 'a', '', 67],
    ]);
    expect(await memoryOf('shop a 5m 67Mi\nshop b 6m 68Mi\n')).toEqual([
      ['shop', 'b', '', 68],
      ['shop', 'a', '', 67],
    ]);
  });

  it('reads containers', async () => {
    expect(await memoryOf('POD  NAME  CPU(cores)  MEMORY(bytes)\np  app  5m  67Mi\np  sidecar  1m  7Mi\n')).toEqual([
      ['', 'p', 'app', 67],
      ['', 'p', 'sidecar', 7],
    ]);
  });

  it('tells pods with containers from namespaces with pods where there is no header', async () => {
    expect(await memoryOf('web-0 app 5m 67Mi\nweb-0 proxy 1m 7Mi\netcd-kind etcd 1m 8Mi\n')).toEqual([
      ['', 'web-0', 'app', 67],
      ['', 'etcd-kind', 'etcd', 8],
      ['', 'web-0', 'proxy', 7],
    ]);
    expect(await memoryOf('team-1 web-7d4b9c6f5-x2x7k 5m 67Mi\nkube-system etcd-kind 1m 7Mi\n')).toEqual([
      ['team-1', 'web-7d4b9c6f5-x2x7k', '', 67],
      ['kube-system', 'etcd-kind', '', 7],
    ]);
  });

  it('reads nodes', async () => {
    expect(
      await memoryOf(
        'NAME  CPU(cores)  CPU%  MEMORY(bytes)  MEMORY%\nn1  250m  12%  1024Mi  50%\nn2  <unknown> <unknown> <unknown> <unknown>\n',
      ),
    ).toEqual([['', '', 'n1', 1024]]);
  });

  it('joins what watch prints', async () => {
    const at = (minute: number): string =>
      `Every 60.0s: kubectl top pod    host: Mon May  4 10:0${minute}:00 2026\n\nNAME  CPU(cores)  MEMORY(bytes)\na  5m  ${60 + minute}Mi\n\n`;
    const { series } = await analyseAs('kubectl-top', at(0) + at(1) + at(2));
    expect(series.find(({ unit }) => unit === 'bytes')).toMatchObject({ values: [60 * MIB, 61 * MIB, 62 * MIB] });
  });

  it('keeps the order of tables without times', async () => {
    const table = (memory: number): string => `NAME  CPU(cores)  MEMORY(bytes)\na  5m  ${memory}Mi\n`;
    const analysis = await analyseAs('kubectl-top', table(1) + table(2) + table(3));
    expect(rowsOf(analysis, 'containers')[0]?.slice(3, 5)).toEqual([MIB, 3 * MIB]);
    expect(analysis.warnings.join()).toMatch(/no times/);
  });

  it('leaves out the sum', async () => {
    expect(
      await memoryOf('NAME  CPU(cores)  MEMORY(bytes)\na  5m  67Mi\n   ________   ________\n   5m   67Mi\n'),
    ).toEqual([['', 'a', '', 67]]);
  });

  it('says which rows have no numbers', async () => {
    const { warnings } = await analyseAs(
      'kubectl-top',
      'NAME  CPU(cores)  CPU%  MEMORY(bytes)  MEMORY%\na  5m  1%  67Mi  2%\nb  <unknown>  <unknown>  <unknown>  <unknown>\n',
    );
    expect(warnings.join()).toMatch(/line 3: a row without numbers/);
  });
});
