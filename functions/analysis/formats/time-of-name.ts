import { parseEpoch, parseMoment } from './timestamp.ts';

const DATE =
  /(?<!\d)(20\d{2})[-_.]?(\d{2})[-_.]?(\d{2})[T_ .@-]{0,3}(\d{2})[-_:.h]?(\d{2})(?:[-_:.m]?(\d{2}))?(?:\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?(?!\d)/g;
const EPOCH = /(?<![\da-z])1[4-9]\d{8}(?:\d{3})?(?![\da-z])/gi;

/** When a file was written, where its name or folder says it: `top-2026-05-04T10:00:00Z.txt`, `20260504-100000/memory.stat`, `scrape.1777888800.prom`. NaN for others; a date without a time of day is none. */
export function timeOfName(name: string): number {
  const path = name.slice(-300);
  const [, year, month, day, hour, minute, second = '00', zone = ''] = [...path.matchAll(DATE)].at(-1) ?? [];
  if (year !== undefined)
    return parseMoment([year, month, day].join('-') + `T${[hour, minute, second].join(':')}${zone}`);
  return parseEpoch(Number([...path.matchAll(EPOCH)].at(-1)?.[0]));
}
