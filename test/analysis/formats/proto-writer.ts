/** Writes protobuf messages for tests, field by field: what the product never does. */
export class ProtoWriter {
  readonly #bytes: number[] = [];

  varint(field: number, value: number | bigint): this {
    return this.#tag(field, 0).#raw(BigInt.asUintN(64, BigInt(value)));
  }

  double(field: number, value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    return this.#tag(field, 1).#push(bytes);
  }

  fixed64(field: number, value: bigint): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    return this.#tag(field, 1).#push(bytes);
  }

  bytes(field: number, value: string | Uint8Array | ProtoWriter): this {
    const bytes =
      typeof value === 'string' ? new TextEncoder().encode(value) : value instanceof ProtoWriter ? value.done() : value;
    return this.#tag(field, 2).#raw(BigInt(bytes.length)).#push(bytes);
  }

  done(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }

  packed(...values: number[]): Uint8Array {
    const inner = new ProtoWriter();
    for (const value of values) inner.#raw(BigInt(value));
    return inner.done();
  }

  #tag(field: number, wire: number): this {
    return this.#raw(BigInt(field * 8 + wire));
  }

  #raw(value: bigint): this {
    let rest = value;
    for (; rest >= 128n; rest >>= 7n) this.#bytes.push(Number(rest & 127n) | 128);
    this.#bytes.push(Number(rest));
    return this;
  }

  #push(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }
}

/** A snappy block of literals alone: valid, and not compressed. */
export function snappyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  let rest = bytes.length;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  out.push(rest);
  for (let at = 0; at < bytes.length; at += 60) {
    const part = bytes.subarray(at, at + 60);
    out.push((part.length - 1) << 2, ...part);
  }
  return Uint8Array.from(out);
}
