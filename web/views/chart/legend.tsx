import type { VNode } from 'preact';
import type { ChartView } from '../../../functions/model/view.ts';
import { BAND, type ChartShape, type Curve, OTHERS } from '../../draw/chart-shape.ts';
import { formatLimit, formatOnChart } from '../../draw/format.ts';
import { MarkIcon, MARKS } from '../../draw/marks.tsx';
import { shortLabels } from '../../draw/short-labels.ts';

export interface LegendProps {
  readonly view: ChartView;
  readonly shape: ChartShape;
  readonly hidden: ReadonlySet<string>;
  /** Values under the cursor by the place of their line in the view; absent: the last ones. */
  readonly values: readonly (number | null)[] | undefined;
  /** Absent: words alone. */
  readonly onToggle: ((label: string) => void) | undefined;
}

export interface LegendEntry {
  /** What switches it. */
  readonly key: string;
  readonly label: string;
  readonly swatch: string;
  readonly value: string | undefined;
}

/** What each line is, its value at the cursor (or at the end), and a switch. */
export function Legend({ view, shape, hidden, values, onToggle }: LegendProps): VNode {
  const kinds = [...new Set(view.marks.map((mark) => mark.kind))];
  return (
    <ul class="legend" aria-label="Legend">
      {legendOf(view, shape, values).map(({ key, label, swatch, value }) => {
        const words = (
          <>
            <Swatch of={swatch} />
            <span class="legend-label" title={key === label || key.startsWith('\u0000') ? undefined : key}>
              {label}
            </span>
            {value !== undefined && <span class="legend-value">{value}</span>}
          </>
        );
        return (
          <li key={key}>
            {onToggle ? (
              <button type="button" aria-pressed={!hidden.has(key)} onClick={() => onToggle(key)}>
                {words}
              </button>
            ) : (
              <span>{words}</span>
            )}
          </li>
        );
      })}
      {kinds.map((kind) => (
        <li key={kind}>
          <span>
            <MarkIcon kind={kind} />
            <span class="legend-label">{MARKS[kind].word}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Top layer first, as they lie. Lines without a colour of their own are one entry. */
export function legendOf(
  view: ChartView,
  shape: ChartShape,
  values: readonly (number | null)[] | undefined,
): LegendEntry[] {
  const entry = (curve: Curve, swatch: string): LegendEntry => {
    const value = valueOf(view, curve, values);
    return {
      key: curve.label,
      label: curve.label,
      swatch,
      value: value === null || value === undefined ? undefined : formatOnChart(value, view.unit),
    };
  };
  const coloured = shape.lines.filter(({ series }) => series > 0);
  const short = shortLabels(coloured.map(({ label }) => label));
  const others = shape.lines.filter(({ series }) => series === 0).length;
  const limit = (curve: Curve): LegendEntry => {
    const value = valueOf(view, curve, values);
    if (value === null || value === undefined) return entry(curve, 'curve limit');
    const text = view.unit === 'bytes' ? formatLimit(value) : formatOnChart(value, view.unit);
    return { ...entry(curve, 'curve limit'), value: value > shape.y[1] ? `${text}, above the frame` : text };
  };
  const plain = (key: string, label: string, swatch: string): LegendEntry => ({ key, label, swatch, value: undefined });
  return [
    ...shape.layers.map((layer) => entry(layer, `area s${layer.series}`)).reverse(),
    ...coloured.map((line, i) => ({ ...entry(line, `curve s${line.series}`), label: short[i] ?? line.label })),
    ...(others > 0 ? [plain(OTHERS, `${others} others`, 'curve s0')] : []),
    ...shape.trends.map((line) => entry(line, 'curve trend')),
    ...(view.lines.some(({ role }) => role === 'low') && view.lines.some(({ role }) => role === 'high')
      ? [plain(BAND, 'interval of the trend', 'band')]
      : []),
    ...shape.limits.map(limit),
  ];
}

function valueOf(
  view: ChartView,
  { label, values: all }: Curve,
  values: readonly (number | null)[] | undefined,
): number | null | undefined {
  const at = view.lines.findIndex((line) => line.label === label);
  return values && at >= 0 ? values[at] : all.findLast((value) => value !== null);
}

function Swatch({ of }: { of: string }): VNode {
  return (
    <svg class="swatch" width="18" height="12" aria-hidden="true">
      {of.startsWith('curve') ? (
        <path class={of} d="M1 6H17" />
      ) : (
        <rect class={of.startsWith('area') ? `${of} solid` : of} width="18" height="12" rx="2" />
      )}
    </svg>
  );
}
