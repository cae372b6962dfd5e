import type { PathStep } from '../../heap/path-step.ts';
import type { Heap } from './heap.ts';
import type { ObjectReader } from './object-reader.ts';
import { ROOTS } from './tags.ts';

/** A value of a ThreadLocal in the map of its thread. */
export const ENTRY = 'java.lang.ThreadLocal$ThreadLocalMap$Entry';
/** Before the name of the static field that has the ThreadLocal. */
export const ENTRY_OF = `${ENTRY} of `;

/**
 * A path in the words of the program: classes by name, `static FIELD`, `.field`, `[…]`, threads by their names and locals by the method that has
 * them. Positions in arrays are left out, because they differ between dumps of one leak.
 */
export async function describePath(heap: Heap, reader: ObjectReader, nodes: readonly number[]): Promise<PathStep[]> {
  await reader.read(nodes);
  const names = await nameNodes(heap, reader, nodes);
  const steps: PathStep[] = [];
  for (const [i, node] of nodes.entries())
    steps.push({
      name: names.get(node) ?? heap.graph.nodeName(node),
      via: i === 0 ? '' : nameReference(heap, reader, nodes[i - 1]!, node),
    });
  return steps;
}

/** What a person calls these objects: threads with their names, entries of a ThreadLocalMap with the static field of their key. */
export async function nameNodes(
  heap: Heap,
  reader: ObjectReader,
  nodes: readonly number[],
): Promise<Map<number, string>> {
  await reader.read(nodes);
  const names = new Map<number, string>();
  const threadNames = new Map<number, number>();
  for (const node of nodes) {
    const raw = reader.get(node);
    if (raw?.classNumber === undefined) continue;
    const className = heap.classes.name(raw.classNumber);
    if (className === ENTRY) {
      const key = reader.follow(raw, 'referent');
      if (key === undefined) continue;
      await reader.read([key]);
      const holder = staticField(heap, reader, key);
      if (holder !== undefined) names.set(node, `${ENTRY_OF}${holder}`);
    } else if (heap.classes.isA(raw.classNumber, 'java.lang.Thread')) {
      const name = reader.follow(raw, 'name');
      if (name !== undefined) threadNames.set(node, name);
    }
  }
  const texts = await reader.texts([...threadNames.values()]);
  for (const [node, name] of threadNames) {
    const text = texts.get(name);
    if (text !== undefined) names.set(node, `${heap.graph.nodeName(node)} "${text.slice(0, 100)}"`);
  }
  return names;
}

/** `LeakJava.TL`: the static field that refers to an object which was read. */
function staticField({ classes, index }: Heap, reader: ObjectReader, node: number): string | undefined {
  const id = reader.idOf(node);
  if (id === undefined) return undefined;
  for (const { dump } of index.classes) {
    const field = dump?.statics.find(({ value }) => value === id);
    if (dump && field)
      return `${classes.name(index.classNumbers.get(dump.id) ?? 0)}.${classes.fieldName(field.nameId)}`;
  }
  return undefined;
}

function nameReference(heap: Heap, reader: ObjectReader, from: number, to: number): string {
  const { columns, classes, roots, graph, index } = heap;
  if (from === graph.root) return `(${ROOTS.get(roots.tags.get(to) ?? 0xff)?.name ?? 'root'})`;
  const id = reader.idOf(to);
  const classNumber = columns.classNumberOf(from);
  if (classNumber !== undefined) {
    const dump = classes.dump(classNumber);
    const field = dump?.statics.find(({ value }) => value === id);
    if (field !== undefined) return `static ${classes.fieldName(field.nameId)}`;
    return dump?.loaderId === id ? '(class loader)' : dump?.superId === id ? '(superclass)' : '(class)';
  }
  const raw = reader.get(from);
  if (raw === undefined) return '';
  if (raw.classNumber === undefined) return '[…]';
  for (const field of classes.references(raw.classNumber)) if (reader.value(raw, field) === id) return `.${field.name}`;
  const thread = roots.threads.find(({ node }) => node === from);
  const local = thread?.locals.find(({ node }) => node === to);
  if (thread !== undefined && local !== undefined) {
    const line = index.stacks.linesOf(thread.traceSerial, index.symbols)[local.frame];
    return line === undefined ? '(local variable)' : `local of ${line}`;
  }
  return columns.classNumberOf(to) === undefined ? '(reference)' : '(class)';
}
