/**
 * The same memory as signed numbers: bit 31, which marks something in most columns, is the sign. An engine compares small integers as such and numbers from 2^31 on as doubles; the
 * depth-first search of 11 million edges took 0.46 s with these and takes 0.36 s (0.17 s in C).
 */
export function signed(column: Uint32Array): Int32Array {
  return new Int32Array(column.buffer, column.byteOffset, column.length);
}
