import type { Run } from '../../analyser.ts';
import { drive, inLightSlices, type Pause, type Slices } from '../../graph/drive.ts';
import { columnMemory, perform, type Task } from '../../parallel.ts';
import { CLASS_OBJECT, type ClassTable } from './class-table.ts';
import type { NodeNumbers } from './reference-plan.ts';
import { CLASS_MASK, type DumpIndex, FIRST_CLASS, OBJECT_ARRAY } from './index-pass.ts';
import { arrayBytes, type HeapLayout, instanceBytes } from './object-layout.ts';

const LARGEST_UINT32 = 2 ** 32 - 1;

/** Class and bytes of every node. */
export interface NodeColumns {
  readonly numbers: NodeNumbers;
  /** Class number (with OBJECT_ARRAY) until `nameClasses`; then the name id of the class. */
  readonly classOf: Uint32Array;
  readonly shallow: Uint32Array | Float64Array;
  /** Bytes of all objects; class objects are not counted, as in VisualVM and jmap. */
  readonly shallowBytes: number;
  /** Class number -> instances. */
  readonly instancesOf: Uint32Array;
  nameClasses(classes: ClassTable): Slices<void>;
  nodeName(node: number, classes: ClassTable): string;
  /** Class number of a class object's node. */
  classNumberOf(node: number): number | undefined;
  sums(nameCount: number): Slices<{ instances: Uint32Array; shallowBytes: Float64Array }>;
}

interface SizeInput {
  readonly layout: HeapLayout;
  /** By class number minus FIRST_CLASS. */
  readonly perInstance: Float64Array;
  readonly firstObject: number;
  readonly nodeCount: number;
  readonly classCount: number;
  readonly classOf: Uint32Array;
  /** Elements of arrays; becomes bytes, where these fit. */
  readonly lengths: Uint32Array;
}

interface SizeAnswer {
  /** Where some object is larger than 4 GiB. */
  readonly large: Float64Array | undefined;
  readonly shallowBytes: number;
  readonly instancesOf: Uint32Array;
}

export const sizeObjects: Task<SizeInput, SizeAnswer> = { name: 'hprof-sizes', start: size };

function* size({ layout, perInstance, classCount, classOf, lengths, ...nodes }: SizeInput): Slices<SizeAnswer> {
  let large: Float64Array | undefined;
  let shallowBytes = 0;
  const instancesOf = new Uint32Array(classCount);
  yield* inLightSlices(nodes.firstObject, nodes.nodeCount, (start, end) => {
    let sum = 0;
    for (let node = start; node < end; node++) {
      const cls = classOf[node]!;
      const isArray = cls >= OBJECT_ARRAY || cls < FIRST_CLASS;
      const bytes = isArray ? arrayBytes(layout, cls, lengths[node]!) : perInstance[cls - FIRST_CLASS]!;
      if (bytes > LARGEST_UINT32) large ??= Float64Array.from(lengths);
      (large ?? lengths)[node] = bytes;
      sum += bytes;
      instancesOf[cls & CLASS_MASK]!++;
    }
    shallowBytes += sum;
  });
  return { large, shallowBytes, instancesOf };
}

export async function numberNodes(
  index: DumpIndex,
  classes: ClassTable,
  layout: HeapLayout,
  run: Run,
  pause: Pause,
): Promise<NodeColumns> {
  const ofClass = new Int32Array(classes.count).fill(-1);
  const classNumbers: number[] = [0];
  index.classes.forEach(({ dump }, i) => {
    if (dump === undefined) return;
    ofClass[FIRST_CLASS + i] = classNumbers.length;
    classNumbers.push(FIRST_CLASS + i);
  });
  const firstObject = classNumbers.length;
  const nodeCount = firstObject + index.ids.length;
  const numbers: NodeNumbers = { firstObject, nodeCount, ofClass };

  const perInstance = instanceBytes(index, layout, fillsHoles(classes));
  const allocate = columnMemory(run);
  const flatten = (column: DumpIndex['classOf']): Promise<Uint32Array> => {
    const slices = column.flatten(firstObject, new Uint32Array(allocate(4 * nodeCount)));
    return drive(slices, { signal: run.signal, progress: () => undefined }, pause, 'addresses', 0, 1);
  };
  const classOf = await flatten(index.classOf);
  const lengths = await flatten(index.lengths);
  const input = { layout, perInstance, firstObject, nodeCount, classCount: classes.count, classOf, lengths };
  const { large, shallowBytes, instancesOf } = await perform(sizeObjects, input, run, pause);
  const shallow = large ?? lengths;
  // A class object: what an instance of java.lang.Class takes. The JVM adds the static fields, of which a dump does not tell the layout.
  const classClass = classNumbers.find((number) => classes.name(number) === 'java.lang.Class');
  const classObjectBytes = classClass === undefined ? 0 : perInstance[classClass - FIRST_CLASS]!;
  for (let node = 1; node < firstObject; node++) {
    shallow[node] = classObjectBytes;
    classOf[node] = CLASS_OBJECT;
  }
  return {
    numbers,
    classOf,
    shallow,
    shallowBytes,
    instancesOf,
    *nameClasses({ nameIds }) {
      const name = (start: number, end: number): void => {
        for (let node = start; node < end; node++) classOf[node] = nameIds[classOf[node]! & CLASS_MASK]!;
      };
      yield* inLightSlices(0, nodeCount, name);
    },
    nodeName: (node, { names }) => {
      if (node === 0) return '(GC root)';
      if (node < firstObject) return `class ${classes.name(classNumbers[node]!)}`;
      return names[classOf[node]!] ?? '';
    },
    classNumberOf: (node) => (node > 0 && node < firstObject ? classNumbers[node] : undefined),
    *sums(nameCount) {
      const instances = new Uint32Array(nameCount);
      const bytes = new Float64Array(nameCount);
      const add = (start: number, end: number): void => {
        for (let node = start; node < end; node++) {
          const name = classOf[node]!;
          instances[name] = instances[name]! + 1;
          bytes[name] = bytes[name]! + shallow[node]!;
        }
      };
      yield* inLightSlices(1, nodeCount, add);
      return { instances, shallowBytes: bytes };
    },
  };
}

/** JDK 15 and later: by classes that came with it, and by the names of hidden classes. */
export function fillsHoles(classes: ClassTable): boolean {
  return (
    classes.find('jdk.internal.misc.CDS') !== undefined ||
    classes.find('java.lang.invoke.LambdaProxyClassArchive') !== undefined ||
    classes.names.some((name) => /[+/]0x[0-9a-f]{6,}$/.test(name))
  );
}
