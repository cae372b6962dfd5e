/**
 * Numbers of the HPROF binary format, as written in the header of HotSpot's heapDumper.cpp and, from `ROOT_INTERNED_STRING` on,
 * in Android's art/runtime/hprof/hprof.cc.
 */

/** Records of the file. */
export const UTF8 = 0x01;
export const LOAD_CLASS = 0x02;
export const STACK_FRAME = 0x04;
export const STACK_TRACE = 0x05;
export const START_THREAD = 0x0a;
export const HEAP_DUMP = 0x0c;
export const HEAP_DUMP_SEGMENT = 0x1c;
export const HEAP_DUMP_END = 0x2c;
const OTHER_RECORDS = [0x03, 0x06, 0x07, 0x0b, 0x0d, 0x0e];

export const RECORDS: ReadonlySet<number> = new Set([
  UTF8,
  LOAD_CLASS,
  STACK_FRAME,
  STACK_TRACE,
  START_THREAD,
  HEAP_DUMP,
  HEAP_DUMP_SEGMENT,
  HEAP_DUMP_END,
  ...OTHER_RECORDS,
]);

/** Records inside a heap dump. */
export const CLASS_DUMP = 0x20;
export const INSTANCE_DUMP = 0x21;
export const OBJECT_ARRAY_DUMP = 0x22;
export const PRIMITIVE_ARRAY_DUMP = 0x23;
/** Android: as a primitive array, without its contents. */
export const PRIMITIVE_ARRAY_NO_DATA = 0xc3;
/** Android: which heap (app, image, zygote) the next objects are in. */
export const HEAP_DUMP_INFO = 0xfe;

export const JAVA_FRAME = 0x03;
export const STICKY_CLASS = 0x05;
export const THREAD_OBJECT = 0x08;

/** What a root is called, and what follows its object id: bytes, and how many further ids. */
export interface RootShape {
  readonly name: string;
  readonly bytes: number;
  readonly ids: number;
}

export const ROOTS: ReadonlyMap<number, RootShape> = new Map([
  [0xff, { name: 'unknown', bytes: 0, ids: 0 }],
  [0x01, { name: 'JNI global', bytes: 0, ids: 1 }],
  [0x02, { name: 'JNI local', bytes: 8, ids: 0 }],
  [JAVA_FRAME, { name: 'Java frame', bytes: 8, ids: 0 }],
  [0x04, { name: 'native stack', bytes: 4, ids: 0 }],
  [STICKY_CLASS, { name: 'system class', bytes: 0, ids: 0 }],
  [0x06, { name: 'thread block', bytes: 4, ids: 0 }],
  [0x07, { name: 'monitor', bytes: 0, ids: 0 }],
  [THREAD_OBJECT, { name: 'thread', bytes: 8, ids: 0 }],
  [0x89, { name: 'interned string', bytes: 0, ids: 0 }],
  [0x8a, { name: 'finalizing', bytes: 0, ids: 0 }],
  [0x8b, { name: 'debugger', bytes: 0, ids: 0 }],
  [0x8c, { name: 'reference cleanup', bytes: 0, ids: 0 }],
  [0x8d, { name: 'VM internal', bytes: 0, ids: 0 }],
  [0x8e, { name: 'JNI monitor', bytes: 8, ids: 0 }],
]);
/** Android: an object that is not a root; in the file for completeness. */
export const UNREACHABLE = 0x90;

/** Type codes of fields and array elements. */
export const OBJECT_TYPE = 2;
const PRIMITIVES: readonly (readonly [name: string, bytes: number])[] = [
  ['boolean', 1],
  ['char', 2],
  ['float', 4],
  ['double', 8],
  ['byte', 1],
  ['short', 2],
  ['int', 4],
  ['long', 8],
];
export const FIRST_PRIMITIVE = 4;
export const LAST_PRIMITIVE = 11;
export const CHAR_TYPE = 5;
export const BYTE_TYPE = 8;

export function primitiveName(type: number): string | undefined {
  return PRIMITIVES[type - FIRST_PRIMITIVE]?.[0];
}

/** Bytes of a value in the file and in the heap, or 0 for a type that does not exist. */
export function typeBytes(type: number, idBytes: number): number {
  return type === OBJECT_TYPE ? idBytes : (PRIMITIVES[type - FIRST_PRIMITIVE]?.[1] ?? 0);
}
