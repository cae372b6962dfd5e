import type { Analysis } from '../../../model/analysis.ts';
import type { Run } from '../../analyser.ts';
import type { ClassCounts } from './class-counts.ts';
import { ClassTable } from './class-table.ts';
import type { OpenedDump } from './heap.ts';
import { fillsHoles } from './node-columns.ts';
import { instanceBytes } from './object-layout.ts';

/**
 * For dumps of more objects than fit the memory: instances and own bytes by class, from one pass. References are not read, so there are no
 * retained sizes, no dominators and no suspects, and the answer says so.
 */
export function describeCounts({ header, index, warnings }: OpenedDump, counts: ClassCounts, run: Run): Analysis {
  const classes = new ClassTable(index, header.idBytes);
  const perInstance = instanceBytes(index, counts.layout, fillsHoles(classes));
  const byName = new Map<string, { instances: number; bytes: number }>();
  let shallowBytes = 0;
  for (const [number, instances, bytes] of counts.rows(perInstance)) {
    const name = classes.name(number);
    const known = byName.get(name);
    byName.set(name, { instances: instances + (known?.instances ?? 0), bytes: bytes + (known?.bytes ?? 0) });
    shallowBytes += bytes;
  }
  const rows = [...byName].sort(([, a], [, b]) => b.bytes - a.bytes).slice(0, run.limits.tableRows);
  return {
    format: 'hprof',
    analyserVersion: 1,
    facts: [
      { name: 'objects', value: counts.objects, unit: 'count' },
      { name: 'shallowBytes', value: shallowBytes, unit: 'bytes' },
      { name: 'classes', value: index.classes.filter(({ dump }) => dump !== undefined).length, unit: 'count' },
    ],
    findings: [],
    views: [
      {
        kind: 'table',
        name: 'histogram',
        title: 'Classes',
        columns: [
          { name: 'class' },
          { name: 'instances', unit: 'count' },
          { name: 'shallowBytes', unit: 'bytes' },
          { name: 'retainedBytes', unit: 'bytes' },
        ],
        rows: rows.map(([name, { instances, bytes }]) => [name, instances, bytes, null]),
        note: 'Counted only: retained sizes need the whole graph in memory.',
      },
    ],
    series: [],
    events: [],
    signatures: [],
    warnings: [
      `${counts.objects} objects need more memory than the ${run.limits.memoryBytes} bytes that are allowed (90 bytes an object), so classes were counted only: no retained sizes and no suspects. Analyse it on a larger machine, or with the command line and a higher limit.`,
      ...warnings,
    ],
    context: { runtime: 'JVM' },
  };
}
