import { SLICE, type Slices } from './drive.ts';

/**
 * Sets `idom[w]`, for `w` from `start` to `count`, to the nearest ancestor of `idom[w]` in the tree `idom` that is not
 * above `semi[w]`, growing the tree on the way: O(log n) a node by skew-binary jump pointers (E. W. Myers, "An
 * applicative random-access stack", 1983), whatever the shape of the tree.
 * `idom[0 .. start - 1]` must be settled; `jump` and `depth` are scratch.
 */
export function* nearestAncestors(
  idom: Uint32Array,
  semi: Uint32Array,
  start: number,
  count: number,
  jump: Uint32Array,
  depth: Uint32Array,
): Slices<void> {
  function add(w: number): void {
    const up = idom[w]!;
    const far = jump[up]!;
    depth[w] = depth[up]! + 1;
    jump[w] = depth[up]! - depth[far]! === depth[far]! - depth[jump[far]!]! ? jump[far]! : up;
  }
  jump[0] = 0;
  depth[0] = 0;
  for (let w = 1; w < start; w++) add(w);
  for (let from = start; from < count; from += SLICE) {
    const end = Math.min(count, from + SLICE);
    for (let w = from; w < end; w++) {
      const limit = semi[w]!;
      let x = idom[w]!;
      while (x > limit) x = jump[x]! > limit ? jump[x]! : idom[x]!;
      idom[w] = x;
      add(w);
    }
    yield 0.8 + 0.2 * (from / count);
  }
}
