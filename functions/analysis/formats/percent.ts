/** `81 % of the file`, for warnings about truncation. */
export function percentOf(part: number, whole: number): string {
  return whole > 0 ? `${Math.floor((100 * part) / whole)} % of the file` : 'an empty file';
}
