/** Looks at the fields of some instances while their bytes pass by. */
export interface Census {
  /** Class number -> 1 for a class whose instances are wanted. */
  readonly wanted: Uint8Array;
  add(
    node: number,
    classNumber: number,
    view: DataView,
    at: number,
    length: number,
    readId: (at: number) => number,
  ): void;
}

/** Class number -> 1 where one of them wants the instances. */
export function wantedByAny(censuses: readonly Census[], classCount: number): Uint8Array {
  return Uint8Array.from({ length: classCount }, (_, cls) => Number(censuses.some(({ wanted }) => wanted[cls] === 1)));
}
