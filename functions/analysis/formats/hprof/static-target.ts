import { TARGET } from '../../graph/object-graph.ts';
import type { Heap } from './heap.ts';
import { FIRST_CLASS } from './index-pass.ts';

/** The object that a static field refers to: the references of a class object are its static fields, without those that are null. */
export function staticTarget(
  { classes, index, columns, graph }: Heap,
  className: string,
  field: string,
): number | undefined {
  for (let i = 0; i < index.classes.length; i++) {
    const number = FIRST_CLASS + i;
    const dump = index.classes[i]!.dump;
    if (dump === undefined || classes.name(number) !== className) continue;
    let edge = graph.firstEdge[columns.numbers.ofClass[number]!]!;
    for (const { value, nameId } of dump.statics) {
      if (classes.fieldName(nameId) === field) return value === 0 ? undefined : graph.edgeTo[edge]! & TARGET;
      if (value !== 0) edge++;
    }
  }
  return undefined;
}
