import type { FlameView, TableView } from '../../../../model/view.ts';
import { topIndices } from '../../../graph/top.ts';
import type { Heap } from '../heap.ts';

const ROWS = 500;
const STACK = 6;

/**
 * Of an allocation timeline: where what is alive now was allocated, by call stack. A table of the sites and the call tree as a flame graph of live
 * bytes. Nothing where allocations were not tracked.
 */
export function allocationViews({ snapshot }: Heap): (TableView | FlameView)[] {
  const { header, nodes, strings, traceTree, traceFunctions } = snapshot;
  const { traceNode } = nodes;
  if (traceNode === undefined || traceTree.length === 0) return [];
  const indexOf = new Map(traceTree.map(({ id }, index) => [id, index]));
  const liveCount = new Float64Array(traceTree.length);
  const liveBytes = new Float64Array(traceTree.length);
  for (let n = 0; n < nodes.count; n++) {
    const site = traceNode[n] === 0 ? undefined : indexOf.get(traceNode[n]!);
    if (site === undefined) continue;
    liveCount[site]! += 1;
    liveBytes[site]! += nodes.selfSize[n]!;
  }
  const at = (field: string): number => header.traceFunctionFields.indexOf(field);
  const valueOf = (fn: number, field: string): number =>
    traceFunctions.values[fn * traceFunctions.width + at(field)] ?? 0;
  const nameOf = (fn: number): string => strings.get(valueOf(fn, 'name'), 100) || '(anonymous)';
  const frames = Array.from({ length: Math.floor(traceFunctions.length / traceFunctions.width) }, (_, fn) => {
    const script = strings.get(valueOf(fn, 'script_name'), 200);
    return script === '' ? nameOf(fn) : `${nameOf(fn)} (${script}:${valueOf(fn, 'line') + 1})`;
  });
  const frame = (site: number): number => Math.min(traceTree[site]!.functionIndex, Math.max(0, frames.length - 1));
  const stackOf = (site: number): string => {
    const names: string[] = [];
    for (let s = site; s >= 0 && names.length < STACK; s = traceTree[s]!.parent)
      names.push(frames[frame(s)] ?? '(unknown)');
    return names.join(' < ');
  };
  const totals = [...liveBytes];
  for (let site = traceTree.length - 1; site > 0; site--) {
    const { parent } = traceTree[site]!;
    if (parent >= 0) totals[parent]! += totals[site]!;
  }
  const table: TableView = {
    kind: 'table',
    name: 'allocations',
    title: 'Where live objects were allocated',
    columns: [
      { name: 'stack' },
      { name: 'liveObjects', unit: 'count' },
      { name: 'liveBytes', unit: 'bytes' },
      { name: 'allocatedObjects', unit: 'count' },
      { name: 'allocatedBytes', unit: 'bytes' },
    ],
    rows: topIndices(liveBytes, traceTree.length, ROWS, (site) => liveCount[site]! > 0).map((site) => [
      stackOf(site).slice(0, 1500),
      liveCount[site]!,
      liveBytes[site]!,
      traceTree[site]!.count,
      traceTree[site]!.sizeBytes,
    ]),
  };
  if (traceTree.length > 100_000) return [table];
  const flame: FlameView = {
    kind: 'flame',
    name: 'allocation-tree',
    title: 'Live bytes by call stack',
    unit: 'bytes',
    frames: frames.length > 0 ? frames : ['(unknown)'],
    parents: traceTree.map(({ parent }) => parent),
    frameOf: traceTree.map((_, site) => frame(site)),
    totals,
  };
  return [table, flame];
}
