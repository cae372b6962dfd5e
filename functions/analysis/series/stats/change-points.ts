/**
 * Where the level of a series changes: places `k` such that values before `k` and from `k` on have different means,
 * the best first, at most `most`, at least `minimum` values between any two. Greedy binary segmentation on the squared
 * error (Scott and Knott 1974); a break is kept while it removes at least `gain` (0..1) of the squared error that is left.
 */
export function changePoints(values: ArrayLike<number>, most: number, minimum: number, gain: number): number[] {
  const n = values.length;
  const sums = new Float64Array(n + 1);
  const squares = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    sums[i + 1] = sums[i]! + values[i]!;
    squares[i + 1] = squares[i]! + values[i]! * values[i]!;
  }
  const error = (from: number, to: number): number => {
    const sum = sums[to]! - sums[from]!;
    return to > from ? Math.max(0, squares[to]! - squares[from]! - (sum * sum) / (to - from)) : 0;
  };
  const found: number[] = [];
  let left = error(0, n);
  while (found.length < most) {
    const edges = [0, ...found.toSorted((a, b) => a - b), n];
    let best = { place: -1, saved: 0 };
    for (let part = 0; part + 1 < edges.length; part++) {
      const from = edges[part]!;
      const to = edges[part + 1]!;
      const whole = error(from, to);
      for (let place = from + minimum; place + minimum <= to; place++) {
        const saved = whole - error(from, place) - error(place, to);
        if (saved > best.saved) best = { place, saved };
      }
    }
    if (best.place < 0 || left <= 0 || best.saved < gain * left) break;
    found.push(best.place);
    left -= best.saved;
  }
  return found;
}
