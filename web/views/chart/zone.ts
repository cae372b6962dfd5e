/** The reader's distance from UTC at a time: `UTC`, `UTC+2`, `UTC−3:30`. */
export function zoneName(ms: number): string {
  const minutes = -new Date(ms).getTimezoneOffset();
  if (!Number.isFinite(minutes) || minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  const rest = size % 60;
  return `UTC${minutes < 0 ? '\u2212' : '+'}${Math.floor(size / 60)}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

/** A time in the reader's zone, to the second where the chart shows less than three hours, with the zone. */
export function formatInZone(ms: number, spanMs: number): string {
  const seconds = spanMs < 3 * 3_600_000 ? ({ second: '2-digit' } as const) : {};
  const text = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    ...seconds,
  }).format(ms);
  return `${text} ${zoneName(ms)}`;
}
