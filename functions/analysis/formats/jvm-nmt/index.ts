import type { TableView } from '../../../model/view.ts';
import type { Analyser } from '../../analyser.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { type NmtCategory, parseNativeMemory } from './parse.ts';

export const jvmNativeMemory: Analyser = {
  format: 'jvm-nmt',
  title: 'JVM native memory tracking (jcmd VM.native_memory)',
  version: 4,
  detect(head) {
    const text = new TextDecoder('utf-8').decode(head.subarray(0, 16_384));
    if (/^ {0,16}Total: reserved=\d{1,15}(?:[KMG]?B)?(?: [+-]\d{1,15}(?:[KMG]?B)?)?, committed=/m.test(text))
      return 'yes';
    return /^ {0,16}Native memory tracking(?: is not enabled|:)/im.test(text) ? 'yes' : 'no';
  },
  async analyse(source, run) {
    const { samples, last, reports } = await parseNativeMemory(source, run);
    const total = last.find(({ name }) => name === 'Total');
    return analysisFromSamples(
      samples,
      {
        format: jvmNativeMemory.format,
        version: jvmNativeMemory.version,
        facts: [
          { name: 'reports', value: reports, unit: 'count' },
          ...(total === undefined
            ? []
            : [
                { name: 'reservedBytes', value: total.reservedBytes, unit: 'bytes' },
                { name: 'committedBytes', value: total.committedBytes, unit: 'bytes' },
              ]),
        ],
        context: { runtime: 'JVM' },
        views: [categoriesTable(last)],
      },
      run,
    );
  },
};

function categoriesTable(categories: readonly NmtCategory[]): TableView {
  const rows = categories
    .filter(({ name }) => name !== 'Total')
    .sort((a, b) => b.committedBytes - a.committedBytes)
    .map((category) => [
      category.name,
      category.reservedBytes,
      category.committedBytes,
      category.reservedDiffBytes,
      category.committedDiffBytes,
    ]);
  const columns = ['reserved', 'committed', 'reserved diff', 'committed diff'];
  return {
    kind: 'table',
    name: 'native-memory',
    title: 'Native memory by category, in the last report',
    columns: [{ name: 'category' }, ...columns.map((name) => ({ name, unit: 'bytes' }))],
    rows,
  };
}
