/** What a counter gained since its first sample; a value below the one before is a reset, counted from zero. */
export function countedTotal(values: Float64Array): Float64Array {
  const total = new Float64Array(values.length);
  for (let index = 1; index < values.length; index++) {
    const gained = values[index]! - values[index - 1]!;
    total[index] = total[index - 1]! + (gained >= 0 ? gained : Math.max(0, values[index]!));
  }
  return total;
}

/** Value of the line through (times, values) at `time`, clamped to the ends; times ascend. */
export function interpolate(times: ArrayLike<number>, values: ArrayLike<number>, time: number): number {
  let low = 0;
  let high = times.length - 1;
  if (high < 0) return Number.NaN;
  if (time <= times[low]!) return values[low]!;
  if (time >= times[high]!) return values[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle;
    else high = middle;
  }
  const share = (time - times[low]!) / (times[high]! - times[low]!);
  return values[low]! + share * (values[high]! - values[low]!);
}
