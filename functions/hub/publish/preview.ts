import type { CaseDocument } from '../../model/case.ts';
import { type ChartShape, shapeChart, type Values } from '../../../web/draw/chart-shape.ts';
import { LIGHT, seriesColour } from '../../../web/draw/palette.ts';
import { linearScale, quantityTicks } from '../../../web/draw/scale.ts';
import { formatOnChart } from '../../../web/draw/format.ts';
import { splitVerdict } from '../../../web/pages/investigation/answer.tsx';
import { plainly } from '../../../web/parts/said.tsx';
import { colourOf, type Point, Raster, textWidth } from './raster.ts';

/** The picture that a link shows where it is pasted: verdict and chart, 1200 x 630, the size that previews are cut to. */
const WIDTH = 1200;
const HEIGHT = 630;
const EDGE = 64;
const STATES = {
  leak: LIGHT.leak,
  'no-leak': LIGHT.sound,
  undecided: LIGHT.unsure,
  'no-evidence': LIGHT.ink3,
} as const;
const WORDS = { leak: 'LEAK', 'no-leak': 'NO LEAK', undecided: 'UNDECIDED', 'no-evidence': 'NO EVIDENCE YET' } as const;

export function previewPng(data: Pick<CaseDocument, 'investigation' | 'verdict' | 'chart'>): Uint8Array {
  const raster = new Raster(WIDTH, HEIGHT, colourOf(LIGHT.ground));
  const { state, sentence } = data.verdict;
  const colour = colourOf(STATES[state]);
  raster.fillRect(0, 0, WIDTH, 10, colour);
  const word = WORDS[state];
  raster.text(word, EDGE, 82, 20, colour, 0.2);
  const [title = ''] = wrap(data.investigation.title, 17, WIDTH - 2 * EDGE - textWidth(word, 20) - 32, 1);
  raster.text(title, EDGE + textWidth(word, 20) + 24, 81, 17, colourOf(LIGHT.ink2), 0.13);
  const lines = wrap(plainly(splitVerdict(sentence)[0]), 30, WIDTH - 2 * EDGE, 3);
  lines.forEach((line, i) => raster.text(line, EDGE, 142 + i * 54, 30, colourOf(LIGHT.ink), 0.16));
  const top = 142 + lines.length * 54 - 4;
  if (data.chart) drawChart(raster, shapeChart(data.chart), top);
  raster.text('Casebook', WIDTH - EDGE - textWidth('Casebook', 15), HEIGHT - 28, 15, colourOf(LIGHT.ink3), 0.15);
  return raster.toPng();
}

function drawChart(raster: Raster, shape: ChartShape, top: number): void {
  const bottom = HEIGHT - 64;
  const x = linearScale(shape.x, [0, WIDTH]);
  const y = linearScale(shape.y, [bottom, top + 12]);
  for (const value of quantityTicks(shape.y[0], shape.y[1], 4, shape.unit)) {
    raster.fillRect(0, y(value), WIDTH, 1, colourOf(LIGHT.line));
    if (value !== 0) raster.text(formatOnChart(value, shape.unit), EDGE, y(value) - 6, 12, colourOf(LIGHT.ink3), 0.13);
  }
  for (const layer of shape.layers) {
    const colour = colourOf(seriesColour(layer.series));
    const [low, high] = [columns(shape, layer.base, x), columns(shape, layer.top, x)];
    for (let column = 0; column < WIDTH; column++) {
      const [from, to] = [low[column], high[column]];
      if (from !== undefined && to !== undefined) raster.fillColumn(column, y(to), y(from), colour, 0.3);
    }
  }
  const curve = (values: Values, hex: string, width: number, dash?: readonly [number, number]): void => {
    for (const run of runs(columns(shape, values, x), y)) raster.stroke(run, width, colourOf(hex), dash);
  };
  for (const layer of shape.layers) curve(layer.top, seriesColour(layer.series), 2.5);
  for (const line of shape.lines) curve(line.values, seriesColour(line.series), 2.5);
  for (const trend of shape.trends) curve(trend.values, LIGHT.ink, 3);
  for (const limit of shape.limits) curve(limit.values, LIGHT.leak, 2.5, [12, 8]);
}

/** The value at each pixel column, straight between samples; `undefined` in gaps and outside. */
function columns(shape: ChartShape, values: Values, x: (value: number) => number): (number | undefined)[] {
  const found = new Array<number | undefined>(WIDTH).fill(undefined);
  let before: { at: number; value: number } | undefined;
  for (let i = 0; i < shape.timesMs.length; i++) {
    const value = values[i];
    if (value === null || value === undefined || !Number.isFinite(value)) {
      before = undefined;
      continue;
    }
    const at = x(shape.timesMs[i] ?? 0);
    const from = before ?? { at, value };
    for (let column = Math.max(0, Math.ceil(from.at)); column <= Math.min(WIDTH - 1, at); column++) {
      const share = at > from.at ? (column - from.at) / (at - from.at) : 1;
      found[column] = from.value + (value - from.value) * share;
    }
    before = { at, value };
  }
  return found;
}

function runs(values: readonly (number | undefined)[], y: (value: number) => number): Point[][] {
  const found: Point[][] = [];
  let run: Point[] = [];
  values.forEach((value, column) => {
    if (value === undefined) {
      if (run.length > 0) found.push(run);
      run = [];
    } else run.push([column, Math.max(-10, Math.min(HEIGHT + 10, y(value)))]);
  });
  if (run.length > 0) found.push(run);
  return found;
}

/** At most so many lines; what does not fit ends in dots. */
function wrap(text: string, size: number, room: number, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.slice(0, 600).split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidth(longer, size) <= room) {
      line = longer;
      continue;
    }
    lines.push(line === '' ? cut(word, size, room) : line);
    line = line === '' ? '' : word;
    if (lines.length === most) {
      lines[most - 1] = cut(`${lines[most - 1] ?? ''} ${line}`, size, room);
      return lines;
    }
  }
  if (line !== '') lines.push(cut(line, size, room));
  return lines.slice(0, most);
}

function cut(text: string, size: number, room: number): string {
  if (textWidth(text, size) <= room) return text;
  let shorter = text;
  while (shorter !== '' && textWidth(`${shorter}...`, size) > room) shorter = shorter.slice(0, -1);
  return `${shorter.trimEnd()}...`;
}
