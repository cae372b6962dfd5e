import type { StrictSample } from './openmetrics-line.ts';

/** What may follow a family's name in its samples, by type. https://prometheus.io/docs/specs/om/open_metrics_spec/#metric-types-1 */
export const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  unknown: [''],
  info: ['_info'],
  stateset: [''],
  summary: ['', '_count', '_sum', '_created'],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  gaugehistogram: ['_bucket', '_gcount', '_gsum'],
};

/** Endings that a sample may have although it is no new family: a family of its own would clash with them. */
export const RESERVED: Readonly<Record<string, readonly string[]>> = {
  ...SUFFIXES,
  counter: ['', '_total', '_created'],
  info: ['', '_info'],
  histogram: ['', '_bucket', '_count', '_sum', '_created'],
  gaugehistogram: ['', '_bucket', '_gcount', '_gsum'],
};

/** The samples of one family with equal labels, apart from `le`, `quantile` and the state. */
interface Group {
  readonly key: string;
  lastTime: number | undefined;
  /** Of this group's points; equal times belong to one point. */
  samples: number;
  buckets: { le: number; count: number }[];
  count: number | undefined;
  hasSum: boolean;
  sum: number;
  hasCount: boolean;
  seen: Set<string>;
}

/** Follows one metric family from its first line to the next family and says what the standard forbids. */
export class OpenMetricsFamily {
  readonly name: string;
  type = 'unknown';
  typed = false;
  unit: string | undefined;
  helped = false;
  samples = 0;
  #group: Group | undefined;
  readonly #closed = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  /** True where a sample of this name belongs to the family. */
  owns(sample: string): boolean {
    const suffixes = SUFFIXES[this.type] ?? [''];
    return sample.startsWith(this.name) && suffixes.includes(sample.slice(this.name.length));
  }

  *add(sample: StrictSample): Generator<string> {
    this.samples++;
    const suffix = sample.name.slice(this.name.length);
    yield* this.#labelFaults(sample, suffix);
    yield* this.#valueFaults(sample, suffix);
    if (sample.exemplar && !mayHaveExemplar(this.type, suffix)) yield 'an exemplar where there may be none';
    const key = this.#groupKey(sample.labels);
    if (this.#group?.key !== key) {
      yield* this.#closeGroup();
      if (this.#closed.has(key)) yield 'the samples of one metric are not together';
      this.#group = {
        key,
        lastTime: undefined,
        samples: 0,
        buckets: [],
        count: undefined,
        hasSum: false,
        sum: 0,
        hasCount: false,
        seen: new Set(),
      };
    }
    yield* this.#point(this.#group, sample, suffix);
  }

  *finish(): Generator<string> {
    yield* this.#closeGroup();
  }

  *#point(group: Group, sample: StrictSample, suffix: string): Generator<string> {
    if (group.samples > 0) {
      if ((group.lastTime === undefined) !== (sample.time === undefined))
        yield 'samples of one metric with and without a time';
      else if (group.lastTime !== undefined && sample.time !== undefined) {
        if (sample.time < group.lastTime) yield 'times of one metric that go back';
        else if (sample.time > group.lastTime) {
          yield* this.#bucketFaults(group);
          group.seen.clear();
        }
      }
    }
    group.samples++;
    group.lastTime = sample.time;
    const id = `${suffix}\u0000${[...sample.labels].map((pair) => pair.join('\u0001')).join('\u0002')}`;
    if (sample.time === undefined && group.seen.has(id)) yield 'a sample that stands there twice';
    if (group.seen.size < 10_000) group.seen.add(id);
    if (suffix === '_bucket') group.buckets.push({ le: boundOf(sample.labels.get('le')), count: sample.value });
    else if (suffix === '_count' || suffix === '_gcount') {
      group.hasCount = true;
      group.count = sample.value;
    } else if (suffix === '_sum' || suffix === '_gsum') {
      group.hasSum = true;
      group.sum = sample.value;
    }
  }

  *#closeGroup(): Generator<string> {
    const group = this.#group;
    if (group === undefined) return;
    yield* this.#bucketFaults(group);
    if (this.#closed.size < 50_000) this.#closed.add(group.key);
    this.#group = undefined;
  }

  *#bucketFaults(group: Group): Generator<string> {
    const { buckets } = group;
    const isHistogram = this.type === 'histogram' || this.type === 'gaugehistogram';
    if (isHistogram && (buckets.length > 0 || group.hasSum || group.hasCount)) {
      if (buckets.at(-1)?.le !== Infinity) yield 'a histogram whose last bucket is not +Inf';
      for (let i = 1; i < buckets.length; i++) {
        const [before, after] = [buckets[i - 1]!, buckets[i]!];
        if (!(after.le > before.le)) yield 'buckets out of order';
        if (after.count < before.count) yield 'buckets whose counts fall';
      }
      const negative = (buckets[0]?.le ?? 0) < 0;
      if (group.hasSum !== group.hasCount && !(negative && this.type === 'histogram'))
        yield 'a histogram with only one of sum and count';
      if (group.hasCount && group.count !== buckets.at(-1)?.count)
        yield "a histogram whose count is not its last bucket's";
      if (this.type === 'histogram' && group.hasSum && negative) yield 'a histogram with a sum beside negative buckets';
      if (this.type === 'gaugehistogram' && group.sum < 0 && !negative) yield 'a negative sum without negative buckets';
    }
    group.buckets = [];
    group.hasSum = group.hasCount = false;
    group.sum = 0;
  }

  *#labelFaults({ labels, name }: StrictSample, suffix: string): Generator<string> {
    if (suffix === '_bucket' && Number.isNaN(boundOf(labels.get('le')))) yield 'a bucket without a proper le label';
    if (this.type === 'summary' && suffix === '') {
      const quantile = boundOf(labels.get('quantile'));
      if (!(quantile >= 0 && quantile <= 1)) yield 'a quantile that is not between 0 and 1';
    }
    if (this.type === 'stateset' && !labels.has(name)) yield 'a state set without the label of its name';
  }

  *#valueFaults({ value }: StrictSample, suffix: string): Generator<string> {
    const { type } = this;
    if (type === 'stateset' && value !== 0 && value !== 1) yield 'a state that is neither 0 nor 1';
    if (type === 'info' && value !== 1) yield 'an info whose value is not 1';
    const counts =
      (type === 'counter' && suffix === '_total') ||
      ['_bucket', '_count', '_gcount'].includes(suffix) ||
      ((type === 'summary' || type === 'histogram') && suffix === '_sum');
    if (counts && !(value >= 0)) yield 'a count or sum that is negative or NaN';
    if (suffix === '_gsum' && Number.isNaN(value)) yield 'a sum that is NaN';
    if (type === 'summary' && suffix === '' && value < 0) yield 'a quantile whose value is negative';
  }

  #groupKey(labels: ReadonlyMap<string, string>): string {
    let key = '';
    const skip = this.type === 'summary' ? 'quantile' : this.type === 'stateset' ? this.name : 'le';
    const isGrouped =
      this.type !== 'gauge' && this.type !== 'unknown' && this.type !== 'counter' && this.type !== 'info';
    for (const [name, value] of [...labels].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!(isGrouped && name === skip)) key += `${name}\u0001${value}\u0002`;
    }
    return key;
  }
}

function mayHaveExemplar(type: string, suffix: string): boolean {
  if (type === 'counter') return suffix === '_total';
  return (type === 'histogram' || type === 'gaugehistogram') && suffix === '_bucket';
}

function boundOf(text: string | undefined): number {
  if (text === undefined || text === '') return NaN;
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}
