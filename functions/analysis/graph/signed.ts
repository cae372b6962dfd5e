/**
 * The same memory as signed numbers: bit 31, which marks something in most columns, is the sign. An engine compares small integers as such and numbers from 2^31 on as doubles; the
 * depth-first search of 11 million edges takes 0.46 s with unsigned columns, 0.36 s with signed ones, and 0.17 s in C.
 */
export function signed(column: Uint32Array): Int32Array {
  return new Int32Array(column.buffer, column.byteOffset, column.length);
}
