import type { Heap } from './heap.ts';
import type { ObjectReader } from './object-reader.ts';
import { nameNodes } from './path-steps.ts';
import { staticTarget } from './static-target.ts';
import { readSystemProperties } from './system-properties.ts';
import { threadOutOfMemory } from './threads.ts';

/** What the dump says of the process that wrote it. */
export interface RuntimeNotes {
  readonly version: string | undefined;
  /** Objects that wait for their finalizer; undefined where the dump does not tell. */
  readonly finalizerQueue: number | undefined;
  /** The thread in which memory ran out, where the JVM took the dump for that. */
  readonly outOfMemoryThread: string | undefined;
  /** System properties that say which JVM on which system. */
  readonly properties: ReadonlyMap<string, string>;
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
  const properties = await readSystemProperties(heap, reader);
  version ??= properties.get('java.version')?.slice(0, 100);
  const queue = staticTarget(heap, 'java.lang.ref.Finalizer', 'queue');
  if (queue !== undefined) await reader.read([queue]);
  const raw = queue === undefined ? undefined : reader.get(queue);
  const length = raw && reader.field(raw, 'queueLength');
  const thread = threadOutOfMemory(heap)?.node;
  const outOfMemoryThread =
    thread === undefined
      ? undefined
      : ((await nameNodes(heap, reader, [thread])).get(thread) ?? heap.graph.nodeName(thread));
  const finalizerQueue = raw && length ? reader.value(raw, length) : undefined;
  return { version, properties, finalizerQueue, outOfMemoryThread };
}
