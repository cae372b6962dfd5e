import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { hprof } from '../../../../functions/analysis/formats/hprof/index.ts';
import type { Analysis } from '../../../../functions/model/analysis.ts';
import { sourceOf, testRun } from '../../test-run.ts';

export function dumpBytes(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
}

export const analyseDump = (bytes: Uint8Array, chunkBytes?: number): Promise<Analysis> =>
  hprof.analyse(sourceOf(bytes, chunkBytes), testRun());

export function factOf(analysis: Analysis, name: string): number | string | undefined {
  return analysis.facts.find((fact) => fact.name === name)?.value;
}

export interface ClassRow {
  readonly class: string;
  readonly instances: number;
  readonly shallowBytes: number;
  readonly retainedBytes: number;
}

export function histogramOf(analysis: Analysis): Map<string, ClassRow> {
  const view = analysis.views.find(({ name }) => name === 'histogram');
  if (view?.kind !== 'table') throw new Error('no histogram');
  return new Map(
    view.rows.map(([name, instances, shallowBytes, retainedBytes]) => [
      String(name),
      {
        class: String(name),
        instances: Number(instances),
        shallowBytes: Number(shallowBytes),
        retainedBytes: Number(retainedBytes),
      },
    ]),
  );
}
