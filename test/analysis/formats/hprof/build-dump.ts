/** Writes HPROF files: big-endian records, as the JVM does. */
export class DumpWriter {
  readonly idBytes: 4 | 8;
  #bytes: number[] = [];
  #names = new Map<string, number>();
  #nextName = 0x1000;

  constructor(idBytes: 4 | 8 = 8, version = '1.0.2') {
    this.idBytes = idBytes;
    this.#bytes.push(...new TextEncoder().encode(`JAVA PROFILE ${version}\0`));
    this.#bytes.push(...number(idBytes, 4), ...number(1_700_000_000_000, 8));
  }

  record(tag: number, body: readonly number[], microseconds = 0): this {
    this.#bytes.push(tag, ...number(microseconds, 4), ...number(body.length, 4));
    for (const byte of body) this.#bytes.push(byte);
    return this;
  }

  /** The id of a name; its record is written at the first use. */
  name(text: string): number {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const id = this.#nextName++;
    this.#names.set(text, id);
    this.record(0x01, [...this.id(id), ...new TextEncoder().encode(text)]);
    return id;
  }

  loadClass(serial: number, classId: number, name: string): this {
    const nameId = this.name(name);
    return this.record(0x02, [...number(serial, 4), ...this.id(classId), ...number(0, 4), ...this.id(nameId)]);
  }

  id(id: number): number[] {
    return number(id, this.idBytes);
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  root(tag: number, id: number, ...more: number[]): number[] {
    return [tag, ...this.id(id), ...more];
  }

  classDump(
    id: number,
    superId: number,
    statics: readonly [name: number, value: number][],
    fields: readonly [name: number, type: number][],
    loader = 0,
  ): number[] {
    return [
      0x20,
      ...this.id(id),
      ...number(0, 4),
      ...this.id(superId),
      ...this.id(loader),
      ...[0, 0, 0, 0].flatMap((zero) => this.id(zero)),
      ...number(0, 4),
      ...number(0, 2),
      ...number(statics.length, 2),
      ...statics.flatMap(([name, value]) => [...this.id(name), 2, ...this.id(value)]),
      ...number(fields.length, 2),
      ...fields.flatMap(([name, type]) => [...this.id(name), type]),
    ];
  }

  instance(id: number, classId: number, values: readonly number[]): number[] {
    return [0x21, ...this.id(id), ...number(0, 4), ...this.id(classId), ...number(values.length, 4), ...values];
  }

  objectArray(id: number, classId: number, elements: readonly number[]): number[] {
    return [
      0x22,
      ...this.id(id),
      ...number(0, 4),
      ...number(elements.length, 4),
      ...this.id(classId),
      ...elements.flatMap((element) => this.id(element)),
    ];
  }

  byteArray(id: number, contents: readonly number[]): number[] {
    return [0x23, ...this.id(id), ...number(0, 4), ...number(contents.length, 4), 8, ...contents];
  }
}

export function number(value: number, bytes: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (let i = 0; i < bytes; i++) {
    out.unshift(rest % 256);
    rest = Math.floor(rest / 256);
  }
  return out;
}

const [OBJECT, STRING, CLASS, CACHE, ORDER, ARRAY] = [0x100, 0x110, 0x120, 0x130, 0x140, 0x150];

export interface Options {
  readonly idBytes?: 4 | 8;
  readonly orders?: number;
  /** A heap dump in one record, in segments, or a record without a length. */
  readonly shape?: 'dump' | 'segments' | 'no-length';
  /** Distance between addresses: 64 packs them, more scatters them. */
  readonly stride?: number;
  /** Orders come in this order of addresses. */
  readonly descending?: boolean;
  /** As HotSpot writes them. */
  readonly rootsLast?: boolean;
}

/** A program with a static array of orders, each with 100 bytes of its own. */
export function ordersDump({
  idBytes = 8,
  orders = 200,
  shape = 'segments',
  stride = 256,
  descending = false,
  rootsLast = false,
}: Options = {}): Uint8Array {
  const writer = new DumpWriter(idBytes, shape === 'segments' ? '1.0.2' : '1.0.1');
  loadOrders(writer);
  const parts = ordersIn(writer, orders, stride, descending);
  if (rootsLast) parts.push(...parts.splice(0, 1));
  const half = parts.length >> 1;
  if (shape === 'segments')
    writer.record(0x1c, parts.slice(0, half).flat()).record(0x1c, parts.slice(half).flat()).record(0x2c, []);
  else writer.record(0x0c, parts.flat());
  const bytes = writer.bytes();
  if (shape === 'no-length') bytes.fill(0, bytes.length - parts.flat().length - 4, bytes.length - parts.flat().length);
  return bytes;
}

/** Several dumps of that program in one file, each with so many orders and so many seconds after the time in the header. */
export function severalDumps(
  dumps: readonly (readonly [orders: number, seconds: number])[],
  shape: 'dump' | 'segments',
): Uint8Array {
  const writer = new DumpWriter(8, shape === 'segments' ? '1.0.2' : '1.0.1');
  loadOrders(writer);
  for (const [orders, seconds] of dumps) {
    const parts = ordersIn(writer, orders, 256, false).flat();
    writer.record(shape === 'segments' ? 0x1c : 0x0c, parts, (seconds * 1e6) % 2 ** 32);
    if (shape === 'segments') writer.record(0x2c, [], (seconds * 1e6) % 2 ** 32);
  }
  return writer.bytes();
}

function loadOrders(writer: DumpWriter): void {
  const classes: [number, string][] = [
    [OBJECT, 'java/lang/Object'],
    [STRING, 'java/lang/String'],
    [CLASS, 'java/lang/Class'],
    [CACHE, 'com/x/Cache'],
    [ORDER, 'com/x/Order'],
    [ARRAY, '[Lcom/x/Order;'],
  ];
  classes.forEach(([id, name], i) => writer.loadClass(i + 1, id, name));
}

/** The records of a dump, each by itself. */
function ordersIn(writer: DumpWriter, orders: number, stride: number, descending: boolean): number[][] {
  const [table, payload] = [writer.name('TABLE'), writer.name('payload')];
  const at = (i: number): number => 0x10000 + (descending ? orders - i : i) * stride;
  const arrayId = 0x10000 + (orders + 1) * stride;
  const parts: number[][] = [
    writer.root(0x05, CACHE),
    writer.classDump(OBJECT, 0, [], []),
    writer.classDump(STRING, OBJECT, [], []),
    writer.classDump(CLASS, OBJECT, [], []),
    writer.classDump(CACHE, OBJECT, [[table, arrayId]], []),
    writer.classDump(ORDER, OBJECT, [], [[payload, 2]]),
    writer.classDump(ARRAY, OBJECT, [], []),
  ];
  const ids: number[] = [];
  for (let i = 0; i < orders; i++) {
    ids.push(at(i));
    parts.push(
      writer.instance(at(i), ORDER, writer.id(at(i) + 32)),
      writer.byteArray(at(i) + 32, new Array<number>(100).fill(i % 256)),
    );
  }
  parts.push(writer.objectArray(arrayId, ARRAY, ids));
  return parts;
}
