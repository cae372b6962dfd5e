import { readFileSync } from 'node:fs';
import { sharedPath } from '../../fixtures/shared.ts';

export interface Fixture {
  readonly path: string;
  readonly format: string;
  readonly facts: string;
}

/** The rows of the fixtures' manifest; none where they are absent. */
export function manifest(): Fixture[] {
  const path = sharedPath('fixtures/MANIFEST.tsv');
  if (path === undefined) return [];
  const [head = '', ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const columns = head.split('\t');
  const cell = (row: readonly string[], name: string): string => row[columns.indexOf(name)] ?? '';
  return rows.map((row) => {
    const cells = row.split('\t');
    return { path: cell(cells, 'path'), format: cell(cells, 'format'), facts: cell(cells, 'facts') };
  });
}
