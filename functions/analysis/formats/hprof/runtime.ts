import { TARGET } from '../../graph/object-graph.ts';
import type { Heap } from './heap.ts';
import { FIRST_CLASS } from './index-pass.ts';
import type { ObjectReader } from './object-reader.ts';

/** What the dump says of the process that wrote it. */
export interface RuntimeNotes {
  readonly version: string | undefined;
  /** Objects that wait for their finalizer; undefined where the dump does not tell. */
  readonly finalizerQueue: number | undefined;
}

/** Classes whose static fields hold the version as text: JDK 9 and later, JDK 8 and before, Android. */
const VERSION_FIELDS: readonly (readonly [className: string, field: string])[] = [
  ['java.lang.VersionProps', 'java_version'],
  ['sun.misc.Version', 'java_version'],
];

export async function readRuntime(heap: Heap, reader: ObjectReader): Promise<RuntimeNotes> {
  let version: string | undefined;
  for (const [className, field] of VERSION_FIELDS) {
    const node = staticTarget(heap, className, field);
    if (node === undefined) continue;
    version ??= (await reader.texts([node])).get(node)?.slice(0, 100);
  }
  const queue = staticTarget(heap, 'java.lang.ref.Finalizer', 'queue');
  if (queue !== undefined) await reader.read([queue]);
  const raw = queue === undefined ? undefined : reader.get(queue);
  const length = raw && reader.field(raw, 'queueLength');
  return { version, finalizerQueue: raw && length ? reader.value(raw, length) : undefined };
}

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
