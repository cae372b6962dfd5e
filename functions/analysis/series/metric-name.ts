import type { SampleKind } from './sample-set.ts';

/** Base units that end a metric's name by the conventions of Prometheus and OpenMetrics, and the short form that pages print. */
const UNITS: Readonly<Record<string, string>> = {
  bytes: 'bytes',
  byte: 'bytes',
  seconds: 's',
  milliseconds: 'ms',
  microseconds: 'us',
  nanoseconds: 'ns',
  ratio: 'ratio',
  percent: '%',
  cores: 'cores',
  celsius: 'celsius',
  kilobytes: 'kB',
  megabytes: 'MB',
};

/** Endings that say what is counted, behind the unit. */
const ENDINGS = new Set(['total', 'sum', 'count', 'max', 'min', 'avg', 'bucket', 'created', 'info']);

/** The unit that a metric's name says, or ''. */
export function unitOfName(metric: string): string {
  const words = metric.toLowerCase().split(/[_.:\s/]+/, 64);
  if (words.at(-1) === 'count' || words.at(-1) === 'bucket') return 'count';
  for (let i = words.length - 1; i >= 0; i--) {
    const word = words[i] ?? '';
    const unit = Object.hasOwn(UNITS, word) ? UNITS[word] : undefined;
    if (unit !== undefined) return unit;
    if (!ENDINGS.has(word)) break;
  }
  // cAdvisor and client libraries have byte gauges whose names do not end in the unit.
  if (/^container_memory_(?:rss|cache|swap|usage|working_set|mapped_file|kernel_usage)$/.test(metric)) return 'bytes';
  if (/(?:^|_)bytes?_/.test(metric)) return 'bytes';
  return '';
}

/** What a metric's name says of its values, where nothing else does. */
export function kindOfName(metric: string, labels: Readonly<Record<string, string>>): SampleKind {
  if (metric.endsWith('_bucket') && Object.hasOwn(labels, 'le')) return 'part';
  if (Object.hasOwn(labels, 'quantile') || metric.endsWith('_created')) return 'part';
  if (metric.endsWith('_total') || metric.endsWith('_count') || metric.endsWith('_sum')) return 'counter';
  return 'unknown';
}
