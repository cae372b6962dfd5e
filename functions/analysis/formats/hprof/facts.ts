import type { Fact } from '../../../model/analysis.ts';
import type { Heap } from './heap.ts';
import type { RuntimeNotes } from './runtime.ts';
import type { DuplicateStrings } from './strings-by-content.ts';
import { ROOTS } from './tags.ts';

/** The numbers of the whole: names are a contract. Class objects are in `classes` and not in `objects`, as in VisualVM and jmap. */
export function describeFacts(heap: Heap, runtime: RuntimeNotes, strings: DuplicateStrings): Fact[] {
  const { graph, columns, reachableBytes, reachableObjects, index, layout, header, roots } = heap;
  const { firstObject, nodeCount } = columns.numbers;
  const objects = nodeCount - firstObject;
  const facts: Fact[] = [
    { name: 'objects', value: objects, unit: 'count' },
    { name: 'edges', value: graph.edgeCount, unit: 'count' },
    { name: 'shallowBytes', value: columns.shallowBytes, unit: 'bytes' },
    { name: 'reachableBytes', value: reachableBytes, unit: 'bytes' },
    // Without roots (the end of a dump, and a truncated one lacks them) nothing is known to be garbage.
    ...(index.roots.length === 0
      ? []
      : [
          { name: 'unreachableBytes', value: columns.shallowBytes - reachableBytes, unit: 'bytes' },
          { name: 'unreachableObjects', value: objects - reachableObjects, unit: 'count' },
        ]),
    { name: 'classes', value: firstObject - 1, unit: 'count' },
    { name: 'instances', value: objects - index.objectArrays - index.primitiveArrays, unit: 'count' },
    { name: 'objectArrays', value: index.objectArrays, unit: 'count' },
    { name: 'primitiveArrays', value: index.primitiveArrays, unit: 'count' },
    { name: 'threads', value: roots.threads.length, unit: 'count' },
    { name: 'stackTraces', value: index.stacks.traceCount, unit: 'count' },
    { name: 'stackFrames', value: index.stacks.frameCount, unit: 'count' },
    { name: 'strings', value: index.symbols.count, unit: 'count' },
    { name: 'gcRoots', value: index.roots.length, unit: 'count' },
  ];
  for (const [tag, count] of [...roots.countByTag].sort(([a], [b]) => a - b))
    facts.push({ name: `gcRoots ${ROOTS.get(tag)?.name ?? 'unknown'}`, value: count, unit: 'count' });
  facts.push(
    { name: 'idBytes', value: header.idBytes, unit: 'bytes' },
    { name: 'referenceBytes', value: layout.referenceBytes, unit: 'bytes' },
    { name: 'objectAlignmentBytes', value: layout.alignmentBytes, unit: 'bytes' },
    {
      name: 'pointers',
      value:
        header.idBytes === 4 ? '32-bit' : layout.referenceBytes === 4 ? '64-bit, compressed' : '64-bit, not compressed',
    },
    { name: 'hprofVersion', value: header.version },
    { name: 'heapDumps', value: index.dumps.length, unit: 'count' },
  );
  if (index.dumps.length > 1) facts.push({ name: 'analysedHeapDump', value: index.dumpNumber });
  facts.push(
    { name: 'stringObjects', value: strings.strings, unit: 'count' },
    { name: 'duplicateStringBytes', value: strings.wastedBytes, unit: 'bytes' },
    { name: 'finalizableObjects', value: countOf(heap, 'java.lang.ref.Finalizer'), unit: 'count' },
  );
  const { openDescriptors, directBuffers, directBytes } = heap.resources;
  facts.push(
    { name: 'openFileDescriptors', value: openDescriptors, unit: 'count' },
    { name: 'directBuffers', value: directBuffers, unit: 'count' },
    { name: 'directBufferBytes', value: directBytes, unit: 'bytes' },
  );
  for (const [name, value] of runtime.properties) facts.push({ name, value });
  if (runtime.outOfMemoryThread !== undefined)
    facts.push({ name: 'outOfMemoryThread', value: runtime.outOfMemoryThread });
  if (runtime.finalizerQueue !== undefined)
    facts.push({ name: 'finalizerQueue', value: runtime.finalizerQueue, unit: 'count' });
  return facts;
}

function countOf({ classes, histogram }: Heap, className: string): number {
  const id = classes.find(className);
  return id === undefined ? 0 : histogram.instances[id]!;
}
