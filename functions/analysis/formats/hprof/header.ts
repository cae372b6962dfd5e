import { AppError } from '../../../model/error.ts';

export interface Header {
  /** `1.0.1`, `1.0.2`, Android's `1.0.3`. */
  readonly version: string;
  readonly idBytes: 4 | 8;
  readonly capturedAtMs: number;
  /** Offset of the first record. */
  readonly length: number;
}

const MAGIC = /^JAVA PROFILE (1\.0\.[0-9])\0/;

export function looksLikeHprof(head: Uint8Array): boolean {
  return MAGIC.test(new TextDecoder('latin1').decode(head.subarray(0, 32)));
}

/** The text, the width of ids and the time. Throws AppError `corrupt` when it is not one that can be read. */
export function parseHeader(head: Uint8Array): Header {
  const match = MAGIC.exec(new TextDecoder('latin1').decode(head.subarray(0, 32)));
  if (match === null)
    throw new AppError('corrupt', 'byte 0: an HPROF dump begins with "JAVA PROFILE 1.0."; this file does not.');
  const at = match[0].length;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < at + 12)
    throw new AppError(
      'corrupt',
      `The dump ends in its header (${head.length} bytes). Take it again, or send it again.`,
    );
  const idBytes = view.getUint32(at);
  if (idBytes !== 4 && idBytes !== 8) {
    throw new AppError(
      'corrupt',
      `byte ${at}: identifiers of ${idBytes} bytes; a JVM writes 4 or 8. The header is damaged: send the file again.`,
      { data: { byte: at } },
    );
  }
  return {
    version: match[1] ?? '',
    idBytes,
    capturedAtMs: view.getUint32(at + 4) * 2 ** 32 + view.getUint32(at + 8),
    length: at + 12,
  };
}
