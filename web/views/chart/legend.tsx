import type { VNode } from 'preact';
import type { ChartView } from '../../../functions/model/view.ts';
import { shapeChart } from '../../draw/chart-shape.ts';
import { formatLimit, formatQuantity } from '../../draw/format.ts';
import { MarkIcon, MARKS } from '../../draw/marks.tsx';

export interface LegendProps {
  readonly view: ChartView;
  readonly hidden: ReadonlySet<string>;
  /** The sample whose values are shown; -1: the last. */
  readonly index: number;
  /** Absent: words alone. */
  readonly onToggle: ((label: string) => void) | undefined;
}

interface Entry {
  readonly label: string;
  readonly key: string;
  readonly value: number | null | undefined;
  readonly limit: boolean;
}

/** What each line is, its value at the cursor (or at the end), and a switch. */
export function Legend({ view, hidden, index, onToggle }: LegendProps): VNode {
  const shape = shapeChart(view);
  const at = index >= 0 ? index : undefined;
  const entry = (label: string, key: string, values: readonly (number | null)[], limit = false): Entry => ({
    label,
    key,
    limit,
    value: at === undefined ? values.findLast((value) => value !== null) : values[at],
  });
  const entries = [
    ...shape.layers.map((layer) => entry(layer.label, `area s${layer.series}`, layer.values)).reverse(),
    ...shape.lines.map((line) => entry(line.label, `curve s${line.series}`, line.values)),
    ...shape.trends.map((line) => entry(line.label, 'curve trend', line.values)),
    ...shape.limits.map((line) => entry(line.label, 'curve limit', line.values, true)),
  ];
  const kinds = [...new Set(view.marks.map((mark) => mark.kind))];
  return (
    <ul class="legend" aria-label="Legend">
      {entries.map((one) => {
        const words = (
          <>
            <Swatch of={one.key} />
            <span class="legend-label">{one.label}</span>
            {one.value !== null && one.value !== undefined && (
              <span class="legend-value">
                {one.limit && view.unit === 'bytes' ? formatLimit(one.value) : formatQuantity(one.value, view.unit)}
              </span>
            )}
          </>
        );
        return (
          <li>
            {onToggle ? (
              <button type="button" aria-pressed={!hidden.has(one.label)} onClick={() => onToggle(one.label)}>
                {words}
              </button>
            ) : (
              <span>{words}</span>
            )}
          </li>
        );
      })}
      {shape.band && (
        <li>
          <span>
            <Swatch of="band" />
            <span class="legend-label">interval of the trend</span>
          </span>
        </li>
      )}
      {kinds.map((kind) => (
        <li>
          <span>
            <MarkIcon kind={kind} />
            <span class="legend-label">{MARKS[kind].word}</span>
          </span>
        </li>
      ))}
    </ul>
  );
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
