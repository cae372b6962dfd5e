import type { TableView } from '../../../model/view.ts';
import type { Mapping } from './mapping-sums.ts';

const FIELDS = [
  'Rss',
  'Pss',
  'Private_Dirty',
  'Private_Clean',
  'Shared_Clean',
  'Shared_Dirty',
  'Anonymous',
  'Swap',
  'Size',
];

/** What is mapped, the largest resident first. */
export function mappingsTable(mappings: readonly Mapping[], maxRows: number): TableView {
  return {
    kind: 'table',
    name: 'mappings',
    title: 'What is mapped, in the last snapshot',
    columns: [
      { name: 'path' },
      { name: 'mappings', unit: 'count' },
      ...FIELDS.map((name) => ({ name, unit: 'bytes' })),
    ],
    rows: mappings
      .slice(0, maxRows)
      .map(({ path, mappings: count, fields }) => [
        path.slice(0, 1000),
        count,
        ...FIELDS.map((name) => fields.get(name) ?? 0),
      ]),
  };
}
