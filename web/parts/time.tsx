import type { VNode } from 'preact';
import { formatAge, formatDay, formatUtc } from '../draw/format.ts';
import { useHydrated } from './hydrated.ts';

export interface TimeProps {
  readonly ms: number;
  /** `age`: "3 h ago" once there is a clock; `day`: the day alone; else day and time. */
  readonly as?: 'age' | 'day' | 'full';
}

/** UTC in the published file, the reader's zone in the browser; the exact time on hover. */
export function Time({ ms, as = 'full' }: TimeProps): VNode {
  const hydrated = useHydrated();
  const iso = Number.isFinite(ms) ? new Date(ms).toISOString() : undefined;
  const text = hydrated ? localText(ms, as) : as === 'full' ? formatUtc(ms) : formatDay(ms);
  return (
    <time dateTime={iso} title={formatUtc(ms)}>
      {text}
    </time>
  );
}

function localText(ms: number, as: NonNullable<TimeProps['as']>): string {
  if (as === 'age') return formatAge(ms, Date.now());
  const day = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  const options = as === 'day' ? day : ({ ...day, hour: '2-digit', minute: '2-digit', hour12: false } as const);
  return new Intl.DateTimeFormat('en-GB', options).format(ms);
}
