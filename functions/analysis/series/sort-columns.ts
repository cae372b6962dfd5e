import type { TimedColumns } from './thin-columns.ts';

interface OwnColumns {
  readonly times: Float64Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
}

/**
 * Copies of columns in the order of time; of equal times the one that came last is the last. A natural merge sort: what is not in order is nearly always a few
 * stretches that are, forwards or backwards (a table with the newest row first, scrapes of two pods), and each of those is merged as a whole.
 */
export function sortColumns(columns: TimedColumns, length: number): OwnColumns {
  let from: OwnColumns = { times: columns.times.slice(0, length), values: columns.values.slice(0, length) };
  let runs = risingRuns(from, length);
  if (runs.length === 1) return from;
  let into: OwnColumns = { times: new Float64Array(length), values: new Float64Array(length) };
  while (runs.length > 1) {
    const merged: number[] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const start = runs[i]!;
      merged.push(start);
      mergeRuns(from, into, start, runs[i + 1] ?? length, runs[i + 2] ?? length);
    }
    [from, into] = [into, from];
    runs = merged;
  }
  return from;
}

/** Where the runs begin, once those that fall were turned round. */
function risingRuns({ times, values }: TimedColumns, length: number): number[] {
  const starts: number[] = [];
  for (let start = 0, at = 0; start < length; start = at) {
    starts.push(start);
    at = start + 1;
    if (at < length && times[at]! < times[start]!) {
      while (at < length && times[at]! < times[at - 1]!) at++;
      times.subarray(start, at).reverse();
      values.subarray(start, at).reverse();
    } else while (at < length && times[at]! >= times[at - 1]!) at++;
  }
  return starts;
}

function mergeRuns(from: TimedColumns, into: TimedColumns, start: number, middle: number, end: number): void {
  const { times, values } = from;
  const copy = (begin: number, stop: number, to: number): void => {
    into.times.set(times.subarray(begin, stop), to);
    into.values.set(values.subarray(begin, stop), to);
  };
  // Wholly before or behind each other, as they mostly are.
  if (middle >= end || times[middle - 1]! <= times[middle]!) return copy(start, end, start);
  if (times[end - 1]! < times[start]!) {
    copy(middle, end, start);
    return copy(start, middle, start + end - middle);
  }
  let left = start;
  let right = middle;
  let to = start;
  while (left < middle && right < end) {
    const next = times[left]! <= times[right]! ? left++ : right++;
    into.times[to] = times[next]!;
    into.values[to++] = values[next]!;
  }
  copy(left, middle, to);
  copy(right, end, to + middle - left);
}
