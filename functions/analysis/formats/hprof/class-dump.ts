import { OBJECT_TYPE, typeBytes } from './tags.ts';

/** A field: name id and type code; for a static reference also its value. */
export interface Field {
  readonly nameId: number;
  readonly type: number;
}
export interface StaticField extends Field {
  /** Object id of a reference; 0 for null and for primitives. */
  readonly value: number;
}

export interface ClassDump {
  readonly id: number;
  readonly superId: number;
  readonly loaderId: number;
  /** Signers, protection domain. */
  readonly others: readonly number[];
  readonly statics: readonly StaticField[];
  readonly fields: readonly Field[];
}

/** Bytes of a class dump that begins (with its tag) at `at`; 0 when it goes beyond `end`, -1 when it has a type that does not exist. */
export function measureClassDump(view: DataView, at: number, end: number, idBytes: number): number {
  let p = at + 1 + 7 * idBytes + 8;
  for (const [before, withValue] of [
    [2, true],
    [idBytes, true],
    [idBytes, false],
  ] as const) {
    if (p + 2 > end) return 0;
    const count = view.getUint16(p);
    p += 2;
    for (let i = 0; i < count; i++) {
      if (p + before + 1 > end) return 0;
      const bytes = typeBytes(view.getUint8(p + before), idBytes);
      if (bytes === 0) return -1;
      p += before + 1 + (withValue ? bytes : 0);
    }
  }
  return p > end ? 0 : p - at;
}

/** A class dump that was measured before; `at` is behind its tag. */
export function parseClassDump(view: DataView, at: number, idBytes: number, readId: (at: number) => number): ClassDump {
  const idAt = (index: number): number => readId(at + 4 + index * idBytes);
  const id = readId(at);
  let p = at + 7 * idBytes + 8;
  const constants = view.getUint16(p);
  p += 2;
  for (let i = 0; i < constants; i++) p += 3 + typeBytes(view.getUint8(p + 2), idBytes);
  const statics: StaticField[] = [];
  const staticCount = view.getUint16(p);
  p += 2;
  for (let i = 0; i < staticCount; i++) {
    const type = view.getUint8(p + idBytes);
    const value = type === OBJECT_TYPE ? readId(p + idBytes + 1) : 0;
    statics.push({ nameId: readId(p), type, value });
    p += idBytes + 1 + typeBytes(type, idBytes);
  }
  const fields: Field[] = [];
  const fieldCount = view.getUint16(p);
  p += 2;
  for (let i = 0; i < fieldCount; i++) {
    fields.push({ nameId: readId(p), type: view.getUint8(p + idBytes) });
    p += idBytes + 1;
  }
  return { id, superId: idAt(1), loaderId: idAt(2), others: [idAt(3), idAt(4)], statics, fields };
}
