/**
 * The container of a growing piece of evidence: what a cluster pushed. A line that names the format, then frames: what the body is
 * (1 byte), its identity (8 bytes), its length (4 bytes, the high byte first), the body. A push is a body as it was sent;
 * compaction makes blocks of series of many remote writes (`series-block.ts`) and leaves other bodies as they are.
 * Two logs without their first line, one after the other, are a log again.
 */
export const MAGIC = new TextEncoder().encode('casebook push log 1\n');
export const IDENTITY_BYTES = 8;
export const HEADER_BYTES = 1 + IDENTITY_BYTES + 4;
/** Of one body: what no door takes, no frame holds. */
export const MAX_BODY_BYTES = 16 * 2 ** 20;
/** What one body may unpack to. */
export const MAX_UNPACKED_BYTES = 64 * 2 ** 20;

/** By number: never renumber, logs are kept. */
export const BODY_TYPES = [
  'remote-write', // a snappy block, of either version
  'otlp-protobuf',
  'otlp-json',
  'otlp-protobuf-gzip',
  'otlp-json-gzip',
  'series', // a block of series, packed with gzip, that the next compaction may take apart
  'series-closed', // one that no compaction takes apart
] as const;
export type BodyType = (typeof BODY_TYPES)[number];

export interface Frame {
  readonly type: BodyType | undefined;
  /** Equal for bodies that are equal: what was sent twice, or joined twice, counts once. */
  readonly identity: string;
  readonly bytes: number;
}

/** `identity` has at least 8 bytes, of a hash of the body. */
export function writeHeader(type: BodyType, identity: Uint8Array, bodyBytes: number): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  header[0] = BODY_TYPES.indexOf(type) + 1;
  header.set(identity.subarray(0, IDENTITY_BYTES), 1);
  new DataView(header.buffer).setUint32(1 + IDENTITY_BYTES, bodyBytes);
  return header;
}

/** The header at `at`; there must be HEADER_BYTES of it. */
export function readHeader(bytes: Uint8Array, at: number): Frame {
  let identity = '';
  for (let i = 1; i <= IDENTITY_BYTES; i++) identity += (bytes[at + i] ?? 0).toString(16).padStart(2, '0');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    type: BODY_TYPES[(bytes[at] ?? 0) - 1],
    identity,
    bytes: view.getUint32(at + 1 + IDENTITY_BYTES),
  };
}

export function isPushLog(head: Uint8Array): boolean {
  return head.length >= MAGIC.length && MAGIC.every((byte, i) => head[i] === byte);
}

/** Where each whole frame of a log in memory begins and ends; stops where one is cut or too long. */
export function* framesOf(log: Uint8Array): Generator<{ frame: Frame; start: number; end: number }> {
  for (let at = MAGIC.length; at + HEADER_BYTES <= log.length;) {
    const frame = readHeader(log, at);
    const end = at + HEADER_BYTES + frame.bytes;
    if (frame.bytes > MAX_BODY_BYTES || end > log.length) return;
    yield { frame, start: at, end };
    at = end;
  }
}
