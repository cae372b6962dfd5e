import { setLabel } from '../labels.ts';
import { type Column, UNKEPT } from './column.ts';
import type { Field } from './field.ts';

/** As many as a set of samples may have series. */
const MOST_GROUPS = 100_000;

/** When each row of a frame was, and whose it is. */
export interface RowKeys {
  readonly timesMs: Float64Array;
  /** For a frame whose texts name series. */
  readonly groups?: RowGroups;
}

export interface RowGroups {
  /** The group of each row; UNKEPT where there were too many. */
  readonly groupOf: Int32Array;
  /** The labels of each group. */
  readonly labels: readonly Readonly<Record<string, string>>[];
}

/** Rows with the same texts are a group; undefined where no column has texts. */
export function groupRows(
  columns: readonly { readonly field: Field; readonly column: Column }[],
): RowGroups | undefined {
  if (columns.length === 0) return undefined;
  const rows = Math.max(...columns.map(({ column }) => column.length));
  const groupOf = new Int32Array(rows);
  let firstRows: number[] = [];
  for (const { column } of columns) {
    const known = new Map<number, number>();
    firstRows = [];
    for (let row = 0; row < rows; row++) {
      const outer = groupOf[row] ?? 0;
      const code = column.codes[row] ?? 0;
      if (outer === UNKEPT) continue;
      const key = outer * (column.texts.length + 1) + code;
      let group = code === UNKEPT ? UNKEPT : known.get(key);
      if (group === undefined) {
        group = firstRows.length < MOST_GROUPS ? firstRows.push(row) - 1 : UNKEPT;
        if (group !== UNKEPT) known.set(key, group);
      }
      groupOf[row] = group;
    }
  }
  const labels = firstRows.map((row) => {
    const own: Record<string, string> = {};
    for (const { field, column } of columns) {
      const text = column.textAt(row);
      if (text !== undefined) setLabel(own, field.name, text);
    }
    return own;
  });
  return { groupOf, labels };
}
