import { z } from 'zod';

/**
 * Ids sort by time: 9 characters of milliseconds and 10 of randomness (50 bits) in Crockford's base 32
 * (the layout of ULID, shortened), so `query by prefix` returns the oldest first in every store.
 */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export const Id = z
  .string()
  .regex(/^[0-9a-hjkmnp-tv-z]{19}$/, 'an id has 19 characters of 0-9 and a-z without i, l, o, u');
export type Id = z.infer<typeof Id>;

/** `random` must hold at least 10 bytes. */
export function newId(nowMs: number, random: Uint8Array): Id {
  let time = '';
  for (let rest = nowMs, i = 0; i < 9; i++, rest = Math.floor(rest / 32)) time = ALPHABET.charAt(rest % 32) + time;
  let tail = '';
  for (let i = 0; i < 10; i++) tail += ALPHABET.charAt((random[i] ?? 0) & 31);
  return time + tail;
}

export function idTimeMs(id: Id): number {
  let ms = 0;
  for (const character of id.slice(0, 9)) ms = ms * 32 + ALPHABET.indexOf(character);
  return ms;
}

export const Slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'a slug has 1 to 64 characters: a-z, 0-9 and inner hyphens');
export type Slug = z.infer<typeof Slug>;
