/** No memory, time or count is so large, and sums and squares of what is smaller do not overflow. Some exporters write the largest double where they mean "no limit". */
const LARGEST = 1e150;

/** Is this a sample, and not a break in the series (NaN) or a way to say that there is no number? */
export function isSample(value: number): boolean {
  return value <= LARGEST && value >= -LARGEST;
}
