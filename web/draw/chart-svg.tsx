import type { VNode } from 'preact';
import type { ChartView } from '../../functions/model/view.ts';
import { type ChartShape, type Curve, shapeChart, type Values } from './chart-shape.ts';
import { downsampleIndices } from './downsample.ts';
import { formatOnChart, plural } from './format.ts';
import { placeMarks } from './mark-places.ts';
import { MARKS, MarkShape } from './marks.tsx';
import { LIGHT, seriesColour } from './palette.ts';
import { areaPath, linePath } from './path-data.ts';
import { linearScale, quantityTicks, timeTicks } from './scale.ts';

/**
 * A chart that needs no script. Heights are pixels, widths are percent, so text keeps its size on a phone. Inside a page
 * colours come from classes; alone (`chart.svg`) from attributes.
 */
export interface ChartSvgOptions {
  readonly view: ChartView;
  readonly height?: number;
  /** Width in pixels of a picture that stands alone. */
  readonly alone?: number;
  /** Labels of lines that are switched off. */
  readonly hidden?: ReadonlySet<string>;
}

const UNITS_ACROSS = 1000;
const COLUMNS = 500;
const FOOT = 22;
const LANE = 20;
const HEAD = 12;

export function ChartSvg({ view, height = 320, alone, hidden }: ChartSvgOptions): VNode {
  const shape = shapeChart(view, hidden);
  const lane = shape.marks.length > 0 ? LANE : 0;
  const bottom = height - FOOT - lane;
  const percent = linearScale(shape.x, [0, 100]);
  const y = linearScale(shape.y, [bottom, HEAD]);
  const standalone = alone !== undefined;
  const size = standalone
    ? { xmlns: 'http://www.w3.org/2000/svg', width: alone, height, 'font-family': 'system-ui, sans-serif' }
    : { width: '100%', height, class: 'chart-svg' };
  return (
    <svg {...size} role="img" aria-label={describeChart(view, shape)}>
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
      {quantityTicks(shape.y[0], shape.y[1], 5, shape.unit).map((value) => (
        <text x="2" y={y(value) - 4} {...textPaint(standalone)}>
          {formatOnChart(value, view.unit)}
        </text>
      ))}
      {isEmpty(shape) && (
        <text x="50%" y={bottom / 2} text-anchor="middle" {...textPaint(standalone)}>
          No samples to draw
        </text>
      )}
      <Marks shape={shape} lineTo={bottom} at={bottom + lane / 2 + 1} alone={alone} />
      <text x="100%" y={height - 6} text-anchor="end" {...textPaint(standalone)}>
        UTC
      </text>
    </svg>
  );
}

/** Whether nothing at all was measured. */
export function isEmpty(shape: ChartShape): boolean {
  return [...shape.layers, ...shape.lines, ...shape.trends].every(({ values }) =>
    values.every((value) => value === null),
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
      {quantityTicks(shape.y[0], shape.y[1], 5, shape.unit).map((value) => (
        <line x1="0" x2="100%" y1={y(value)} y2={y(value)} {...linePaint(alone)} />
      ))}
      {timeTicks(shape.x[0], shape.x[1], 7).map((tick, i) => {
        const across = percent(tick.ms);
        // A label near an edge would be cut.
        if (across < 3 || across > 94) return null;
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

/** What has a colour is drawn over what is told together. */
export function greyFirst(curves: readonly Curve[]): Curve[] {
  return [...curves.filter(({ series }) => series === 0), ...curves.filter(({ series }) => series > 0)];
}

const shown = (curve: { readonly hidden: boolean }): boolean => !curve.hidden;

function Curves({ shape, bottom, alone }: { shape: ChartShape; bottom: number; alone: boolean }): VNode {
  const x = linearScale(shape.x, [0, UNITS_ACROSS]);
  const y = linearScale(shape.y, [bottom, HEAD]);
  const pick = (values: Values): number[] => downsampleIndices(shape.timesMs, [values], COLUMNS);
  const line = (values: Values): string => linePath(shape.timesMs, values, pick(values), x, y);
  const stroke = (colour: string, width: string, dash?: string): Record<string, string> => ({
    fill: 'none',
    stroke: colour,
    'stroke-width': width,
    'stroke-linecap': 'round',
    ...(dash === undefined ? {} : { 'stroke-dasharray': dash }),
  });
  const fixed = { 'vector-effect': 'non-scaling-stroke' };
  return (
    <>
      {shape.layers.filter(shown).map((layer) => (
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
      {greyFirst(shape.lines.filter(shown)).map((curve) => (
        <path
          d={line(curve.values)}
          {...fixed}
          {...(alone ? stroke(seriesColour(curve.series), '1.5') : { class: `curve s${curve.series}` })}
        />
      ))}
      {shape.trends.filter(shown).map((curve) => (
        <path d={line(curve.values)} {...fixed} {...(alone ? stroke(LIGHT.ink, '2') : { class: 'curve trend' })} />
      ))}
      {shape.limits.filter(shown).map((curve) => (
        <path
          d={line(curve.values)}
          {...fixed}
          {...(alone ? stroke(LIGHT.leak, '1.5', '6 4') : { class: 'curve limit' })}
        />
      ))}
    </>
  );
}

/** Widths are percent, so marks are placed as on a screen of middling width; on a phone only their words go. */
const MIDDLING = 720;

function Marks(props: { shape: ChartShape; lineTo: number; at: number; alone: number | undefined }): VNode {
  const { shape, lineTo, at, alone } = props;
  const width = alone ?? MIDDLING;
  const percent = (x: number): string => `${((100 * x) / width).toFixed(2)}%`;
  return (
    <>
      {placeMarks(shape.marks, linearScale(shape.x, [0, width]), width).map(({ kind, marks, x, place, text }) => (
        <>
          <line
            x1={percent(x)}
            x2={percent(x)}
            y1={HEAD}
            y2={lineTo}
            {...(alone === undefined ? { class: `mark-line ${kind}` } : { stroke: LIGHT.line })}
          />
          <svg x={percent(place)} y={at} overflow="visible">
            <title>
              {marks
                .map((mark) => mark.label)
                .slice(0, 5)
                .join('; ')}
            </title>
            <MarkShape kind={kind} alone={alone !== undefined} />
            {text !== undefined && (
              <text x="10" y="4" {...(alone === undefined ? { class: 'tick wide-only' } : textPaint(true))}>
                {text}
              </text>
            )}
          </svg>
        </>
      ))}
    </>
  );
}

/** What the picture shows, in words, for those who do not see it. */
export function describeChart(view: ChartView, shape: ChartShape = shapeChart(view)): string {
  const curves = [...shape.layers, ...shape.lines];
  const said = (value: number): string => formatOnChart(value, view.unit);
  const named = curves.slice(0, 4).map((curve) => {
    const known = curve.values.filter((value): value is number => value !== null);
    const [first, last] = [known[0], known.at(-1)];
    return first === undefined || last === undefined
      ? `${curve.label}: no values`
      : `${curve.label} from ${said(first)} to ${said(last)}`;
  });
  const rest = curves.length > 4 ? [`${curves.length - 4} more`] : [];
  const limits = shape.limits.flatMap(({ label, values }) => {
    const last = values.findLast((value) => value !== null);
    return typeof last !== 'number' ? [] : [`${label} ${said(last)}`];
  });
  const kinds = [...Map.groupBy(shape.marks, (mark) => mark.kind)].map(([kind, marks]) =>
    plural(marks.length, MARKS[kind].word, `× ${MARKS[kind].word}`),
  );
  return `${view.title ?? 'Chart'}. ${[...named, ...rest, ...limits, ...kinds].join('; ')}.`;
}
