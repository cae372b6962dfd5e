import type { TableView } from '../../../model/view.ts';
import { classRows, CLASS_COLUMNS } from '../../heap/views.ts';
import { isResourceName, roleOfClass } from './class-roles.ts';
import type { ClassTable, PlacedField } from './class-table.ts';
import type { Census } from './census.ts';
import type { Heap } from './heap.ts';

const FILE_DESCRIPTOR = 'java.io.FileDescriptor';
const DIRECT_BUFFER = 'java.nio.DirectByteBuffer';
const INT = 10;
const REFERENCE = 2;

/** Open file descriptors, and the memory outside of the heap that buffers own; gathered while the objects pass by in the second pass. */
export class ResourceCensus implements Census {
  readonly wanted: Uint8Array;
  /** FileDescriptors that have a number: files, sockets and pipes that are open. */
  openDescriptors = 0;
  directBuffers = 0;
  directBytes = 0;
  readonly #fd: PlacedField | undefined;
  readonly #capacity: PlacedField | undefined;
  /** What a slice or duplicate refers to, which owns the memory instead. */
  readonly #attachment: PlacedField | undefined;
  readonly #descriptors: number;

  constructor(classes: ClassTable) {
    this.wanted = new Uint8Array(classes.count);
    this.#descriptors = classes.numberOf(FILE_DESCRIPTOR) ?? -1;
    const buffers = classes.numberOf(DIRECT_BUFFER) ?? -1;
    const field = (number: number, name: string, type: number): PlacedField | undefined =>
      number < 0 ? undefined : classes.fields(number).find((one) => one.name === name && one.type === type);
    this.#fd = field(this.#descriptors, 'fd', INT);
    this.#capacity = field(buffers, 'capacity', INT);
    this.#attachment = field(buffers, 'att', REFERENCE);
    if (this.#fd !== undefined) this.wanted[this.#descriptors] = 1;
    if (this.#capacity !== undefined && this.#attachment !== undefined) this.wanted[buffers] = 1;
  }

  add(...[, classNumber, view, at, length, readId]: Parameters<Census['add']>): void {
    const field = classNumber === this.#descriptors ? this.#fd! : this.#capacity!;
    if (field.offset + 4 > length) return;
    const value = view.getInt32(at + field.offset);
    if (classNumber === this.#descriptors) {
      if (value >= 0) this.openDescriptors++;
      return;
    }
    const attachment = this.#attachment!.offset;
    if (value < 0 || attachment + 4 > length || readId(at + attachment) !== 0) return;
    this.directBuffers++;
    this.directBytes += value;
  }
}

const MAX_ROWS = 200;

/** Connections, sockets, streams, file handles, threads, pools and tasks: what was opened or started, by class, those of the program too. */
export function resourcesView(heap: Pick<Heap, 'graph' | 'reachable' | 'resources'>): TableView {
  const { openDescriptors, directBuffers, directBytes } = heap.resources;
  return {
    kind: 'table',
    name: 'resources',
    title: 'Open resources',
    columns: [...CLASS_COLUMNS],
    rows: classRows(
      { graph: heap.graph, histogram: heap.reachable },
      MAX_ROWS,
      (name) => roleOfClass(name) === 'resource' || isResourceName(name),
    ).sort((a, b) => Number(b[1]) - Number(a[1])),
    note: `Objects that are held, by their number. ${openDescriptors} file descriptors are open; ${directBuffers} direct buffers own ${directBytes} bytes outside of the heap.`,
  };
}
