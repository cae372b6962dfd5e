export const BARE = /^(?:\d{1,20}|max)$/;

/** The kernel counts memory in pages, of 4096 bytes or a multiple of it. */
export const PAGE_BYTES = 4096;

/** Seconds from 2014 to 2039, as `date +%s` prints them, which are no whole pages. */
export function isEpoch(digits: string): boolean {
  const value = Number(digits);
  return digits.length === 10 && value > 1.4e9 && value < 2.2e9 && value % PAGE_BYTES !== 0;
}

/** Splits `memory.stat:anon 123` at the last blank, colon or equals sign. */
export function keyAndNumber(text: string): { path: string; digits: string } | undefined {
  if (text.length > 400) return undefined;
  let cut = text.length - 1;
  while (cut > 0 && !SEPARATORS.has(text.charAt(cut))) cut--;
  const digits = text.slice(cut + 1);
  let end = cut;
  while (end > 0 && SEPARATORS.has(text.charAt(end - 1))) end--;
  const path = text.slice(0, end);
  return path === '' || /\s/.test(path) || !/^(?:-?\d{1,20}|max)$/.test(digits) ? undefined : { path, digits };
}
const SEPARATORS = new Set([' ', '\t', ':', '=']);

/** The parts of `memory.current=123 memory.max=456`, each with its number; any other line as a whole. */
export function pairsOn(text: string): readonly string[] {
  const parts = text.length > 2000 ? [] : text.split(/[\s,;]+/);
  return parts.length > 1 && parts.every((part) => /^[\w./]{1,200}[=:](?:\d{1,20}|max)$/.test(part)) ? parts : [text];
}
