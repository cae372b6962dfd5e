import type { VNode } from 'preact';
import type { ChartView } from '../../functions/model/view.ts';
import { type ChartShape, shapeChart, type Values } from './chart-shape.ts';
import { downsampleIndices } from './downsample.ts';
import { formatQuantity } from './format.ts';
import { MarkShape } from './marks.tsx';
import { LIGHT, seriesColour } from './palette.ts';
import { areaPath, linePath } from './path-data.ts';
import { linearScale, ticks, timeTicks } from './scale.ts';

/**
 * A chart that needs no script. Heights are pixels, widths are percent, so text keeps its size on a phone. Inside a page
 * colours come from classes; alone (`chart.svg`) from attributes.
 */
export interface ChartSvgOptions {
  readonly view: ChartView;
  readonly height?: number;
  /** Width in pixels of a picture that stands alone. */
  readonly alone?: number;
  readonly describedBy?: string;
}

const UNITS_ACROSS = 1000;
const COLUMNS = 500;
const FOOT = 22;
const LANE = 20;
const HEAD = 12;

export function ChartSvg({ view, height = 320, alone, describedBy }: ChartSvgOptions): VNode {
  const shape = shapeChart(view);
  const lane = shape.marks.length > 0 ? LANE : 0;
  const bottom = height - FOOT - lane;
  const percent = linearScale(shape.x, [0, 100]);
  const y = linearScale(shape.y, [bottom, HEAD]);
  const standalone = alone !== undefined;
  const size = standalone
    ? { xmlns: 'http://www.w3.org/2000/svg', width: alone, height, 'font-family': 'system-ui, sans-serif' }
    : { width: '100%', height, class: 'chart-svg' };
  return (
    <svg {...size} role="img" aria-label={describeChart(view, shape)} aria-describedby={describedBy}>
      {standalone && <rect width="100%" height="100%" fill={LIGHT.ground} />}
      <Grid shape={shape} percent={percent} y={y} height={height} alone={standalone} />
      <svg
        x="0"
        y="0"
        width="100%"
        height={bottom}
        viewBox={`0 0 ${UNITS_ACROSS} ${bottom}`}
        preserveAspectRatio="none"
        overflow="hidden"
      >
        <Curves shape={shape} bottom={bottom} alone={standalone} />
      </svg>
      {ticks(shape.y[0], shape.y[1], 4).map((value) => (
        <text x="2" y={y(value) - 4} {...textPaint(standalone)}>
          {formatQuantity(value, view.unit)}
        </text>
      ))}
      <Marks shape={shape} percent={percent} lineTo={bottom} at={bottom + lane / 2 + 1} alone={standalone} />
    </svg>
  );
}

type Scale = ReturnType<typeof linearScale>;

const textPaint = (alone: boolean): Record<string, string> =>
  alone ? { fill: LIGHT.ink3, 'font-size': '12' } : { class: 'tick' };
const linePaint = (alone: boolean): Record<string, string> => (alone ? { stroke: LIGHT.line } : { class: 'grid-line' });

function Grid(props: { shape: ChartShape; percent: Scale; y: Scale; height: number; alone: boolean }): VNode {
  const { shape, percent, y, height, alone } = props;
  return (
    <>
      {ticks(shape.y[0], shape.y[1], 4).map((value) => (
        <line x1="0" x2="100%" y1={y(value)} y2={y(value)} {...linePaint(alone)} />
      ))}
      {timeTicks(shape.x[0], shape.x[1], 7).map((tick, i) => {
        const across = percent(tick.ms);
        // A label near an edge would be cut.
        if (across < 3 || across > 97) return null;
        return (
          <text
            x={`${across.toFixed(2)}%`}
            y={height - 6}
            text-anchor="middle"
            {...textPaint(alone)}
            {...(alone ? {} : { class: i % 2 === 1 ? 'tick wide-only' : 'tick' })}
          >
            {tick.label}
          </text>
        );
      })}
    </>
  );
}

function Curves({ shape, bottom, alone }: { shape: ChartShape; bottom: number; alone: boolean }): VNode {
  const x = linearScale(shape.x, [0, UNITS_ACROSS]);
  const y = linearScale(shape.y, [bottom, HEAD]);
  const pick = (values: Values): number[] => downsampleIndices(shape.timesMs, [values], COLUMNS);
  const line = (values: Values): string => linePath(shape.timesMs, values, pick(values), x, y);
  const stroke = (colour: string, width: string, dash?: string): Record<string, string> => ({
    fill: 'none',
    stroke: colour,
    'stroke-width': width,
    ...(dash === undefined ? {} : { 'stroke-dasharray': dash }),
  });
  const fixed = { 'vector-effect': 'non-scaling-stroke' };
  return (
    <>
      {shape.layers.map((layer) => (
        <>
          <path
            d={areaPath(shape.timesMs, layer.base, layer.top, pick(layer.top), x, y)}
            {...(alone
              ? { fill: seriesColour(layer.series), 'fill-opacity': '0.28' }
              : { class: `area s${layer.series}` })}
          />
          <path
            d={line(layer.top)}
            {...fixed}
            {...(alone ? stroke(seriesColour(layer.series), '1.5') : { class: `curve s${layer.series}` })}
          />
        </>
      ))}
      {shape.band && (
        <path
          d={areaPath(shape.timesMs, shape.band.low, shape.band.high, pick(shape.band.high), x, y)}
          {...(alone ? { fill: LIGHT.ink, 'fill-opacity': '0.12' } : { class: 'band' })}
        />
      )}
      {shape.lines.map((curve) => (
        <path
          d={line(curve.values)}
          {...fixed}
          {...(alone ? stroke(seriesColour(curve.series), '1.5') : { class: `curve s${curve.series}` })}
        />
      ))}
      {shape.trends.map((curve) => (
        <path d={line(curve.values)} {...fixed} {...(alone ? stroke(LIGHT.ink, '2') : { class: 'curve trend' })} />
      ))}
      {shape.limits.map((curve) => (
        <path
          d={line(curve.values)}
          {...fixed}
          {...(alone ? stroke(LIGHT.leak, '1.5', '6 4') : { class: 'curve limit' })}
        />
      ))}
    </>
  );
}

function Marks(props: { shape: ChartShape; percent: Scale; lineTo: number; at: number; alone: boolean }): VNode {
  const { shape, percent, lineTo, at, alone } = props;
  return (
    <>
      {spread(shape, percent).map(({ mark, place }) => {
        const across = `${percent(mark.timeMs).toFixed(2)}%`;
        return (
          <>
            <line
              x1={across}
              x2={across}
              y1={HEAD}
              y2={lineTo}
              {...(alone ? { stroke: LIGHT.line } : { class: `mark-line ${mark.kind}` })}
            />
            <svg x={`${place.toFixed(2)}%`} y={at} overflow="visible">
              <title>{mark.label}</title>
              <MarkShape kind={mark.kind} alone={alone} />
            </svg>
          </>
        );
      })}
    </>
  );
}

/** A shape is about this wide on a screen of middling width. */
const SHAPE_PERCENT = 1.6;

/**
 * Marks outside the axis are left out; of marks of one kind closer than half a percent the first stands for all. Shapes
 * of one moment stand side by side.
 */
function spread(shape: ChartShape, percent: Scale): { mark: ChartShape['marks'][number]; place: number }[] {
  const lastOf = new Map<string, number>();
  let free = -Infinity;
  return [...shape.marks]
    .sort((a, b) => a.timeMs - b.timeMs)
    .flatMap((mark) => {
      const across = percent(mark.timeMs);
      if (across < 0 || across > 100 || across - (lastOf.get(mark.kind) ?? -Infinity) < 0.5) return [];
      lastOf.set(mark.kind, across);
      const place = Math.max(across, free);
      free = place + SHAPE_PERCENT;
      return [{ mark, place }];
    });
}

/** What the picture shows, in words, for those who do not see it. */
export function describeChart(view: ChartView, shape: ChartShape = shapeChart(view)): string {
  const named = [...shape.layers, ...shape.lines].slice(0, 4).map((curve) => {
    const known = curve.values.filter((value): value is number => value !== null);
    const [first, last] = [known[0], known.at(-1)];
    return first === undefined || last === undefined
      ? `${curve.label}: no values`
      : `${curve.label} from ${formatQuantity(first, view.unit)} to ${formatQuantity(last, view.unit)}`;
  });
  return `${view.title ?? 'Chart'}. ${named.join('; ')}.`;
}
