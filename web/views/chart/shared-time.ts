/** Charts of one page look at the same time: who zooms takes the others along, as far as they have anything there. */
export interface Companion {
  readonly whole: () => readonly [number, number];
  follow(frame: readonly [number, number]): void;
}

const companions = new Set<Companion>();

export function joinCompanions(one: Companion): () => void {
  companions.add(one);
  return () => companions.delete(one);
}

export function tellCompanions(from: Companion, frame: readonly [number, number]): void {
  for (const one of companions) {
    if (one === from) continue;
    const [start, end] = one.whole();
    if (frame[1] > start && frame[0] < end) one.follow([Math.max(start, frame[0]), Math.min(end, frame[1])]);
  }
}
