import type { Run } from '../../analyser.ts';
import type { SampleKind, SampleSet } from '../../series/sample-set.ts';
import { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import type { SeriesColumns } from '../../series/series-columns.ts';
import { setLabel } from '../labels.ts';

/** UCUM units as OpenTelemetry writes them, in the words that pages print. Things in braces are counts. */
const UNITS: Readonly<Record<string, string>> = {
  By: 'bytes',
  '1': '',
  '%': '%',
  s: 's',
  ms: 'ms',
  us: 'us',
  ns: 'ns',
};
const SCALED: Readonly<Record<string, number>> = {
  KiBy: 1024,
  MiBy: 1024 ** 2,
  GiBy: 1024 ** 3,
  kBy: 1e3,
  MBy: 1e6,
  GBy: 1e9,
};

/** Deltas that are held at once: about 60 MB. */
const MOST_HELD = 1 << 20;

export interface OtlpMetric {
  readonly name: string;
  readonly unit: string;
  readonly kind: SampleKind;
  /** Points hold what was added since the point before: they are summed up. */
  readonly delta: boolean;
}

/** Collects points of either encoding. Labels are the attributes of the resource and of the point; times are ms. */
export class OtlpSink {
  readonly #builder: SampleSetBuilder;
  readonly #deltas = new Map<SeriesColumns, { total: number; points: [timeMs: number, value: number][] }>();
  #held = 0;
  metrics = 0;
  points = 0;
  untimed = 0;

  /** Into a builder of the caller's where there are several requests. */
  constructor(run: Run, builder?: SampleSetBuilder) {
    this.#builder =
      builder ?? new SampleSetBuilder({ memoryBytes: run.limits.memoryBytes, capturedAtMs: run.context?.capturedAtMs });
  }

  point(metric: OtlpMetric, labels: Record<string, string>, timeMs: number, value: number): void {
    this.points++;
    const scale = Object.hasOwn(SCALED, metric.unit) ? (SCALED[metric.unit] ?? 1) : 1;
    const unit =
      scale !== 1
        ? 'bytes'
        : Object.hasOwn(UNITS, metric.unit)
          ? UNITS[metric.unit]
          : metric.unit.startsWith('{')
            ? 'count'
            : undefined;
    const columns = this.#builder.series(metric.name, labels, {
      unit: unit === '' ? undefined : unit,
      kind: metric.kind,
    });
    const shown = value * scale;
    if (metric.delta) this.#hold(columns, timeMs, shown);
    else this.#push(columns, timeMs, shown);
  }

  /** Deltas add up in the order of their times, whatever the order of the requests: held until all, or too many, are there. */
  #hold(columns: SeriesColumns, timeMs: number, value: number): void {
    if (!Number.isFinite(value)) return;
    let deltas = this.#deltas.get(columns);
    if (deltas === undefined) this.#deltas.set(columns, (deltas = { total: 0, points: [] }));
    deltas.points.push([timeMs, value]);
    if (++this.#held >= MOST_HELD) this.settle();
  }

  /** Sums up the deltas held; each time of a series counts once. */
  settle(): void {
    for (const [columns, deltas] of this.#deltas) {
      const points = deltas.points.sort(([a], [b]) => a - b);
      deltas.points = [];
      points.forEach(([timeMs, value], i) => {
        if (timeMs > 0 && points[i + 1]?.[0] === timeMs) return;
        deltas.total += value;
        this.#push(columns, timeMs, deltas.total);
      });
    }
    this.#held = 0;
  }

  #push(columns: SeriesColumns, timeMs: number, value: number): void {
    if (timeMs > 0) this.#builder.push(columns, timeMs, value);
    else {
      this.untimed++;
      this.#builder.pushUntimed(columns, 0, value);
    }
  }

  finish(): SampleSet {
    this.settle();
    return this.#builder.finish();
  }
}

/** Labels of a point: those of its resource under its own. */
export function pointLabels(
  resource: ReadonlyMap<string, string>,
  own: ReadonlyMap<string, string>,
): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [name, value] of resource) setLabel(labels, name, value);
  for (const [name, value] of own) setLabel(labels, name, value);
  return labels;
}
