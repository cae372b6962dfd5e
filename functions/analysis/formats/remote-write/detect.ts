import { isAppError } from '../../../model/error.ts';
import type { Detection } from '../../analyser.ts';
import { BYTES, ProtoReader } from '../../bytes/proto-reader.ts';
import { unpackSnappy } from '../../bytes/snappy.ts';

/** A snappy block, or bare protobuf, whose first series has a label called __name__ (1.0) or whose symbols begin with '' (2.0). */
export function detectRemoteWrite(head: Uint8Array): Detection {
  if (head.length < 8) return 'no';
  if (looksLikeRequest(head)) return 'yes';
  try {
    return looksLikeRequest(unpackSnappy(head, { maxBytes: 1 << 16, partial: true })) ? 'yes' : 'no';
  } catch (error) {
    if (isAppError(error)) return 'no';
    throw error;
  }
}

/** Looks at the beginning of the message alone, whose end may be cut. */
function looksLikeRequest(bytes: Uint8Array): boolean {
  const [first, length] = bytes;
  // 2.0: symbols (field 4), of which the first is always the empty string, and then at least one more.
  if (first === 0x22 && length === 0 && bytes[2] === 0x22) return true;
  if (first !== 0x0a) return false;
  try {
    const request = new ProtoReader(bytes);
    request.next();
    request.varint();
    const series = new ProtoReader(bytes, request.at);
    for (let i = 0; i < 64 && series.nextIs(1, BYTES); i++) {
      const label = series.message();
      if (!label.nextIs(1, BYTES)) return false;
      const name = label.text();
      if (name === '__name__') return true;
      if (!/^[a-zA-Z_][\w.:]*$/.test(name) || !label.nextIs(2, BYTES)) return false;
    }
  } catch (error) {
    if (!isAppError(error)) throw error;
  }
  return false;
}
