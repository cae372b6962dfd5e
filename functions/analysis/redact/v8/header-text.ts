/**
 * The `snapshot` member with every text outside of `meta` blanked: Chrome puts a title there, which may be anything. Without
 * such a text it stays as it is, byte for byte.
 */
export function blankTitles(json: string): string {
  // It was read as JSON before: `readHeader` refuses what is not.
  const parsed = JSON.parse(json) as unknown;
  if (typeof parsed !== 'object' || parsed === null) return json;
  const entries = Object.entries(parsed);
  const isText = ([key, value]: [string, unknown]): boolean => key !== 'meta' && typeof value !== 'number';
  if (!entries.some(isText)) return json;
  return JSON.stringify(
    Object.fromEntries(
      entries.flatMap(([key, value]) =>
        !isText([key, value]) ? [[key, value]] : typeof value === 'string' ? [[key, '*'.repeat(value.length)]] : [],
      ),
    ),
  );
}
