import { type LegendEntry } from './legend.tsx';
import { tokenReader } from './live-options.ts';

export interface PngParts {
  readonly title: string;
  readonly entries: readonly LegendEntry[];
  /** The time that is shown, with its zone. */
  readonly foot: string;
}

const EDGE = 12;
const LINE = 22;

/** The chart as it stands, on the page's ground, with its title, its legend and its time: it says what it is wherever it goes. */
export async function savePng(chart: HTMLCanvasElement, parts: PngParts, holder: HTMLElement): Promise<void> {
  const ratio = devicePixelRatio;
  const width = chart.width / ratio;
  const family = getComputedStyle(holder).fontFamily;
  const token = tokenReader(holder);
  const picture = document.createElement('canvas');
  const context = picture.getContext('2d');
  if (!context) return;
  const legendFont = `13px ${family}`;
  context.font = legendFont;
  const rows = rowsOf(parts.entries, width, (text) => context.measureText(text).width);
  const titleFont = `600 16px ${family}`;
  context.font = titleFont;
  const title = linesOf(parts.title, width - 2 * EDGE, (text) => context.measureText(text).width);
  const head = 18 + title.length * LINE;
  picture.width = chart.width;
  picture.height = chart.height + (head + (rows.length + 1) * LINE + EDGE) * ratio;
  context.scale(ratio, ratio);
  context.fillStyle = token('--ground');
  context.fillRect(0, 0, width, picture.height / ratio);
  context.textBaseline = 'middle';
  context.fillStyle = token('--ink');
  context.font = titleFont;
  title.forEach((line, i) => context.fillText(line, EDGE, 9 + LINE * (i + 0.5), width - 2 * EDGE));
  context.drawImage(chart, 0, head, width, chart.height / ratio);
  context.font = legendFont;
  let y = head + chart.height / ratio + LINE / 2;
  for (const row of rows) {
    for (const { text, left, entry } of row) {
      swatch(context, entry, left, y, token);
      context.fillStyle = token('--ink-2');
      context.fillText(text, left + 24, y);
    }
    y += LINE;
  }
  context.fillStyle = token('--ink-3');
  context.fillText(parts.foot, EDGE, y, width - 2 * EDGE);
  const blob = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'));
  if (!blob) return;
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = `${
    parts.title
      .replace(/[^\w-]+/g, '-')
      .toLowerCase()
      .slice(0, 100) || 'chart'
  }.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function linesOf(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of text.slice(0, 400).split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && measure(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

interface Placed {
  readonly text: string;
  readonly left: number;
  readonly entry: LegendEntry;
}

function rowsOf(entries: readonly LegendEntry[], width: number, measure: (text: string) => number): Placed[][] {
  const rows: Placed[][] = [];
  let left = Infinity;
  for (const entry of entries) {
    const label = entry.label.length > 60 ? `${entry.label.slice(0, 59)}…` : entry.label;
    const text = entry.value === undefined ? label : `${label} ${entry.value}`;
    const needed = 24 + measure(text) + 20;
    if (left + needed > width) {
      rows.push([]);
      left = EDGE;
    }
    rows.at(-1)?.push({ text, left, entry });
    left += needed;
  }
  return rows;
}

function swatch(
  context: CanvasRenderingContext2D,
  { swatch }: LegendEntry,
  left: number,
  y: number,
  token: (name: string) => string,
): void {
  const series = /s([0-8])$/.exec(swatch)?.[1];
  const colour =
    series === undefined
      ? token(swatch.endsWith('limit') ? '--leak' : '--ink')
      : token(series === '0' ? '--line-strong' : `--series-${series}`);
  context.strokeStyle = context.fillStyle = colour;
  if (swatch.startsWith('curve')) {
    context.setLineDash(swatch.endsWith('limit') ? [6, 4] : []);
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(left + 18, y);
    context.stroke();
    return;
  }
  context.globalAlpha = swatch === 'band' ? 0.15 : 0.5;
  context.fillRect(left, y - 6, 18, 12);
  context.globalAlpha = 1;
}
