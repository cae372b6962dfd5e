/** As many as a line of 100 pixels tells apart. */
const PLACES = 32;

/**
 * The shape of a series as text of a table's cell: heights from 0 to 99 of its highest, at even steps through its samples, so that growth is seen and a table of a thousand containers stays small. Empty where nothing is above zero.
 */
export function sparklineOf(values: ArrayLike<number>): string {
  const places = Math.min(PLACES, values.length);
  if (places < 2) return '';
  const heights: number[] = [];
  let most = 0;
  for (let place = 0; place < places; place++) {
    const value = values[Math.round((place * (values.length - 1)) / (places - 1))] ?? 0;
    heights.push(value);
    most = Math.max(most, value);
  }
  if (!(most > 0) || !Number.isFinite(most)) return '';
  return heights.map((value) => (value > 0 ? Math.round((99 * value) / most) : 0)).join(' ');
}
