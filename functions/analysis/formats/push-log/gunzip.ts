import { gunzipSync } from 'fflate';
import { AppError } from '../../../model/error.ts';

/** One gzip member in memory, by the size that its last four bytes promise: more than that, or than `maxBytes`, is not unpacked. */
export function gunzipBounded(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length < 18 || bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    throw new AppError('corrupt', 'the body is said to be gzip and does not begin as gzip does');
  }
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(bytes.length - 4, true);
  if (size > maxBytes) {
    throw new AppError('too-large', `the body unpacks to ${size} bytes; at most ${maxBytes} are read`, {
      data: { limit: 'unwrappedBytes', value: maxBytes },
    });
  }
  try {
    return gunzipSync(bytes, { out: new Uint8Array(size) });
  } catch (cause) {
    throw new AppError('corrupt', 'the gzip body is damaged; send it as it was made', { cause });
  }
}
