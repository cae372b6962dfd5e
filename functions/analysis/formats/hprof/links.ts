import type { ClassTable } from './class-table.ts';
import { CLASS_MASK, type DumpIndex, FIRST_CLASS } from './index-pass.ts';
import type { NodeColumns } from './node-columns.ts';
import { isWeak } from './reference-plan.ts';
import type { HeapRoots } from './roots.ts';
import { NOT_RETAINING } from '../../graph/object-graph.ts';
import { STICKY_CLASS } from './tags.ts';

export interface Links {
  readonly extras: Map<number, number[]>;
  readonly keepsClass: Uint8Array;
  /** Object id of each class loader -> its node. */
  readonly loaderNodes: Map<number, number>;
}

/** Loaders that live as long as the JVM. */
const BUILT_IN_LOADERS = /^(jdk\.internal\.loader\.ClassLoaders\$\w+|sun\.misc\.Launcher\$\w+ClassLoader)$/;

/**
 * Edges that are not in the bytes of objects. Root -> GC roots; thread -> its locals; class -> static fields, loader, superclass, signers and domain; loader ->
 * its classes, and an instance -> its class, which the JVM follows and a dump does not write. The last only for classes of the program's own
 * loaders: those of the JVM's loaders cannot be unloaded anyway, and one more edge for each object would cost a fifth of all.
 */
export function linkNodes(
  index: DumpIndex,
  classes: ClassTable,
  { numbers, classOf }: NodeColumns,
  roots: HeapRoots,
  nodeOf: (id: number) => number,
): Links {
  const extras = new Map<number, number[]>();
  const add = (from: number, to: number): void => {
    const list = extras.get(from);
    if (list) list.push(to);
    else extras.set(from, [to]);
  };
  for (const node of roots.tags.keys()) add(0, node);
  for (const { node, locals } of roots.threads) for (const local of locals) add(node, local.node);
  const loaderNodes = new Map<number, number>();
  const keepsClass = new Uint8Array(classes.count);
  index.classes.forEach(({ dump }, i) => {
    if (dump === undefined) return;
    const number = FIRST_CLASS + i;
    const node = numbers.ofClass[number]!;
    const name = classes.name(number);
    const refer = (id: number, weak = false): void => {
      const to = id === 0 ? -1 : nodeOf(id);
      if (to >= 0) add(node, weak ? to + NOT_RETAINING : to);
    };
    for (const { value, nameId } of dump.statics) refer(value, isWeak(name, classes.fieldName(nameId)));
    refer(dump.superId);
    refer(dump.loaderId);
    for (const id of dump.others) refer(id);
    const loader = dump.loaderId === 0 ? -1 : nodeOf(dump.loaderId);
    if (loader < 0) return;
    loaderNodes.set(dump.loaderId, loader);
    add(loader, node);
    const loaderClass = loader < numbers.firstObject ? '' : classes.name(classOf[loader]! & CLASS_MASK);
    if (roots.tags.get(node) !== STICKY_CLASS && !BUILT_IN_LOADERS.test(loaderClass)) keepsClass[number] = 1;
  });
  return { extras, keepsClass, loaderNodes };
}
