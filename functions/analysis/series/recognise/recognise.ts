import type { SampleSeries } from '../sample-set.ts';
import { isOfExporter, isPassedOver, recogniseName } from './names.ts';
import { NOT_MEMORY, type Recognised } from './role.ts';
import { PASSED_OVER } from './rule.ts';

/** A process of a container seldom has less, and few counts of anything else are as high. */
const LEAST_MEMORY_BYTES = 512 * 1024;

const OTHER_UNITS = new Set(['%', 'ratio', 's', 'ms', 'cores', 'count']);

/**
 * What a series is: by name and labels, then by unit and shape. A gauge in bytes without a known name is memory of a kind
 * that nobody said; a number without unit is so only when it always stays in the range of memory and moves.
 */
export function recognise(series: SampleSeries): Recognised {
  const named = legendOf(series) ?? recogniseName(series.metric, series.labels);
  const share = shareIn(series, named);
  if (share) return share;
  // `Memory usage (s)` is named as bytes are.
  if (!NOT_MEMORY.has(named.role) && OTHER_UNITS.has(series.unit)) return PASSED_OVER;
  if (named.role !== 'unknown' || isPassedOver(named)) return named;
  if (series.kind === 'counter' || series.kind === 'part') return named;
  if (isOfExporter(series.metric)) return PASSED_OVER;
  const name = series.metric.toLowerCase();
  if (series.unit === 'bytes' && (/mem|heap|rss/.test(name) || !/[a-z]_[a-z]/.test(name))) return { role: 'memory' };
  const speaksOfOther = /cpu|time|second|disk|net|count|total|limit|request|(?<!heap.?)size/.test(name);
  // One number under a name of several words says too little: `nr_periods 769021`.
  const isAnything = series.values.length < 2 && /[a-z]_[a-z]/.test(name) && !/mem|heap|rss/.test(name);
  if (series.unit === '' && !speaksOfOther && !isAnything && staysInMemoryRange(series.values))
    return { role: 'memory' };
  return named;
}

/** `Memory usage (%)`, `container_memory_limit_utilization`, `jvm heap used percent`: memory as a share of a limit. */
function shareIn({ metric, unit, values }: SampleSeries, named: Recognised): Recognised | undefined {
  const shares = unit === '%' || unit === 'ratio' || (unit === '' && SHARE.test(metric));
  if (!shares || !/mem|heap|rss|working.?set/i.test(metric) || NO_SHARE.test(metric)) return undefined;
  if (!values.every((value) => value >= 0 && value <= (unit === 'ratio' ? 2 : 200))) return undefined;
  const { runtime = /jvm|java/i.test(metric) ? ('jvm' as const) : undefined } = named;
  if (/heap/i.test(metric)) return { role: 'heap-share', runtime };
  return { role: /rss|resident/i.test(metric) ? 'rss-share' : 'memory-share', runtime };
}
const SHARE = /percent|pct|utili[sz]ation|ratio|%/i;
/** Shares of a machine, of time or of events, and of what is not held. */
const NO_SHARE = /free|avail|swap|frag|node_|system|host|fault|pressure|gc|hit|miss|non.?heap/i;

/** The lines that panels of memory draw beside their containers: `limits`, `quota - requests`. Elsewhere `requests` are work. */
function legendOf({ metric, unit, values }: SampleSeries): Recognised | undefined {
  const [, word = ''] = LEGEND.exec(metric) ?? [];
  if (word === '' || (unit !== 'bytes' && !(unit === '' && staysInMemoryRange(values)))) return undefined;
  if (/^limit/i.test(word)) return { role: 'limit' };
  return unit === 'bytes' ? { role: 'request' } : undefined;
}
const LEGEND = /^(?:quota\s?-?\s?)?(?:mem(?:ory)?[ _]?)?(limits?|requests?)(?:[ _](?:bytes|[kmg]i?b))?$/i;

function staysInMemoryRange(values: Float64Array): boolean {
  for (const value of values) if (!(value >= LEAST_MEMORY_BYTES && value < 2 ** 46)) return false;
  return true;
}
