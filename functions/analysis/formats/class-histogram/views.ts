import type { TableView } from '../../../model/view.ts';
import type { Limits } from '../../analyser.ts';
import { CLASS_COLUMNS } from '../../heap/views.ts';
import type { Histogram } from './parse.ts';

export function histogramView({ classes }: Histogram, limits: Limits): TableView {
  const rows = [...classes.values()]
    .sort((a, b) => b.shallowBytes - a.shallowBytes || (a.name < b.name ? -1 : 1))
    .slice(0, limits.tableRows);
  return {
    kind: 'table',
    name: 'histogram',
    title: 'Classes',
    columns: [...CLASS_COLUMNS],
    rows: rows.map(({ name, instances, shallowBytes, retainedBytes }) => [
      name,
      instances,
      shallowBytes,
      retainedBytes,
    ]),
    note:
      rows.length < classes.size
        ? `the ${rows.length} largest of ${classes.size} classes`
        : 'A histogram counts objects and their own bytes; who holds them, a heap dump tells.',
  };
}
