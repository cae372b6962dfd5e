/** `Blob.slice` within a window of an object: offsets count from its start, negative ones from its end. */
export function sliceRange(window: { start: number; end: number }, from: number, to?: number): [number, number] {
  const size = window.end - window.start;
  const first = clamp(from, size);
  return [window.start + first, window.start + Math.max(first, clamp(to ?? size, size))];
}

function clamp(offset: number, size: number): number {
  const whole = Math.trunc(offset) || 0;
  return whole < 0 ? Math.max(0, size + whole) : Math.min(whole, size);
}
