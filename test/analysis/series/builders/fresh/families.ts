import { BENDING } from './bending.ts';
import { CALM } from './calm.ts';
import { type Draw, type FreshCase, Scene } from './fresh-case.ts';
import { GENERATIONS } from './generations.ts';
import { HIDDEN } from './hidden.ts';
import { LEAKS } from './leaks.ts';
import { OPEN } from './open.ts';
import { SHORT } from './short.ts';
import { TRAFFIC } from './traffic.ts';

export const FAMILIES: Readonly<Record<string, Draw>> = {
  ...LEAKS,
  ...CALM,
  ...OPEN,
  ...SHORT,
  ...HIDDEN,
  ...BENDING,
  ...GENERATIONS,
  ...TRAFFIC,
};

/** The case of a family that a seed gives: the same for ever. */
export function freshCase(family: string, seed: number): FreshCase {
  const own = family.split('').reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
  return FAMILIES[family]!(new Scene(seed * 1009 + own));
}
