import type { ClassTable } from './class-table.ts';

/** What an object's number and its class's are as nodes of the graph. */
export interface NodeNumbers {
  /** Node of object 0. */
  readonly firstObject: number;
  readonly nodeCount: number;
  /** Class number -> node of the class object, -1 for a class that was not dumped. */
  readonly ofClass: Int32Array;
}

/** Where the references of objects are, by class number: plain data, for any thread. */
export interface ReferencePlan {
  /** Class number -> its first entry in `references`; one more than there are classes. */
  readonly firstReference: Uint32Array;
  /** Offsets among the field values, doubled; odd where the reference is weak. */
  readonly references: Uint32Array;
  /** Class number -> 1 where an instance is what keeps its class alive. */
  readonly keepsClass: Uint8Array;
  readonly ofClass: Int32Array;
  /** Class number -> 1 where a census wants to see the instances. */
  readonly isCounted: Uint8Array;
  /** Class number of Finalizer, where its `queue` is, and the queue that says "enqueued"; NaN where the dump has none. */
  readonly finalizer: number;
  readonly queueOffset: number;
  readonly enqueued: number;
}

export function planReferences(
  classes: ClassTable,
  { ofClass }: NodeNumbers,
  keepsClass: Uint8Array,
  isCounted: Uint8Array,
): ReferencePlan {
  const firstReference = new Uint32Array(classes.count + 1);
  const references: number[] = [];
  for (let cls = 0; cls < classes.count; cls++) {
    for (const { offset, owner, name } of classes.references(cls))
      references.push(2 * offset + Number(isWeak(owner, name)));
    firstReference[cls + 1] = references.length;
  }
  const finalizer = classes.numberOf('java.lang.ref.Finalizer') ?? NaN;
  const queue = classes.numberOf('java.lang.ref.ReferenceQueue') ?? NaN;
  const statics = classes.dump(queue)?.statics ?? [];
  return {
    firstReference,
    references: Uint32Array.from(references),
    keepsClass,
    ofClass,
    isCounted,
    finalizer,
    queueOffset: classes.fields(finalizer).find(({ name }) => name === 'queue')?.offset ?? NaN,
    // A null here would be equal to the queue of every Finalizer that was taken out.
    enqueued:
      statics.find(({ nameId, value }) => value !== 0 && classes.fieldName(nameId) === 'ENQUEUED')?.value ?? NaN,
  };
}

/** What the garbage collector clears or the finalizer's own list, neither of which keeps anything alive for the program. */
export function isWeak(owner: string, field: string): boolean {
  return (
    (owner === 'java.lang.ref.Reference' && field === 'referent') ||
    (owner === 'java.lang.ref.Finalizer' && field === 'unfinalized')
  );
}
