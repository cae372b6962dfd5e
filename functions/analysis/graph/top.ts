/** Indices of the `limit` largest values among `0 .. count - 1` that `accept` lets through, largest first; a binary heap of `limit` entries. */
export function topIndices(
  values: ArrayLike<number>,
  count: number,
  limit: number,
  accept: (index: number) => boolean = () => true,
): number[] {
  const top = new TopList(limit);
  for (let i = 0; i < count; i++) if (values[i]! > top.threshold && accept(i)) top.add(i, values[i]!);
  return top.sorted();
}

/** Keeps the `limit` entries of largest value (of equal values, those added first). */
export class TopList {
  /** Values at or below this are not kept any more. */
  threshold = -Infinity;
  private readonly limit: number;
  private readonly heap: { readonly index: number; readonly value: number }[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  add(index: number, value: number): void {
    if (this.limit === 0 || value <= this.threshold) return;
    const { heap } = this;
    if (heap.length === this.limit) {
      heap[0] = { index, value };
      this.sink();
    } else {
      heap.push({ index, value });
      this.rise();
    }
    if (heap.length === this.limit) this.threshold = heap[0]!.value;
  }

  sorted(): number[] {
    return [...this.heap].sort((a, b) => b.value - a.value || a.index - b.index).map(({ index }) => index);
  }

  private rise(): void {
    const { heap } = this;
    for (let i = heap.length - 1; i > 0;) {
      const up = (i - 1) >> 1;
      if (heap[up]!.value <= heap[i]!.value) return;
      [heap[up], heap[i]] = [heap[i]!, heap[up]!];
      i = up;
    }
  }

  private sink(): void {
    const { heap } = this;
    for (let i = 0; ;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < heap.length && heap[child]!.value < heap[least]!.value) least = child;
      if (least === i) return;
      [heap[least], heap[i]] = [heap[i]!, heap[least]!];
      i = least;
    }
  }
}
