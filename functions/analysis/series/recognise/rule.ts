import type { Recognised } from './role.ts';

export type Labels = Readonly<Record<string, string>>;

/** Names in lower case with `_` between words, and what they mean; labels decide where a name has several meanings. */
export type Rule = readonly [pattern: RegExp, is: Recognised | ((labels: Labels) => Recognised)];

/** Nothing is known of the name: unit and shape may still tell. */
export const NO_RULE: Recognised = { role: 'unknown' };
/** The name is known, and no role fits: a peak, a virtual size, a part of what another series shows whole. */
export const PASSED_OVER: Recognised = { role: 'unknown' };

export function labelled(labels: Labels, names: readonly string[], value: RegExp): boolean {
  return names.some((name) => Object.hasOwn(labels, name) && value.test(labels[name] ?? ''));
}
