import type { Analysis } from '../../../model/analysis.ts';
import type { Analyser, Run } from '../../analyser.ts';
import { describeCounted } from '../../heap/counted-only.ts';
import type { ClassCounts } from './class-counts.ts';
import { ClassTable } from './class-table.ts';
import type { OpenedDump } from './heap.ts';
import { fillsHoles } from './node-columns.ts';
import { instanceBytes } from './object-layout.ts';

/** For dumps of more objects than fit the memory: instances and own bytes by class, from the first pass. */
export function describeCounts(
  analyser: Pick<Analyser, 'format' | 'version'>,
  { header, index, warnings }: OpenedDump,
  counts: ClassCounts,
  { limits }: Run,
): Analysis {
  const table = new ClassTable(index, header.idBytes);
  const perInstance = instanceBytes(index, counts.layout, fillsHoles(table));
  const classes = new Map<string, { instances: number; shallowBytes: number }>();
  let shallowBytes = 0;
  for (const [number, instances, bytes] of counts.rows(perInstance)) {
    const name = table.name(number);
    const known = classes.get(name);
    classes.set(name, {
      instances: instances + (known?.instances ?? 0),
      shallowBytes: bytes + (known?.shallowBytes ?? 0),
    });
    shallowBytes += bytes;
  }
  const counted = {
    facts: [
      { name: 'objects', value: counts.objects, unit: 'count' },
      { name: 'shallowBytes', value: shallowBytes, unit: 'bytes' },
      { name: 'classes', value: index.classes.filter(({ dump }) => dump !== undefined).length, unit: 'count' },
    ],
    classes,
    why: `${counts.objects} objects need more memory than the ${limits.memoryBytes} bytes that are allowed (90 bytes an object). Analyse it with the command line on a larger machine.`,
    warnings,
    runtime: 'JVM',
  };
  return describeCounted(analyser, counted, limits);
}
