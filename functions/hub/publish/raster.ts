import { crc32, deflateSync } from 'node:zlib';
import { GLYPHS } from './glyphs.ts';

export type Colour = readonly [number, number, number];
export type Point = readonly [number, number];

export function colourOf(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** A picture of pixels that knows three things: areas under curves, smooth lines, and strokes of text. */
export class Raster {
  readonly width: number;
  readonly height: number;
  readonly #pixels: Uint8Array;

  constructor(width: number, height: number, ground: Colour) {
    this.width = width;
    this.height = height;
    this.#pixels = new Uint8Array(width * height * 3);
    for (let i = 0; i < this.#pixels.length; i++) this.#pixels[i] = ground[i % 3] ?? 0;
  }

  #blend(x: number, y: number, colour: Colour, cover: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height || cover <= 0) return;
    const at = (y * this.width + x) * 3;
    const share = Math.min(1, cover);
    for (let c = 0; c < 3; c++) {
      const old = this.#pixels[at + c] ?? 0;
      this.#pixels[at + c] = Math.round(old + ((colour[c] ?? 0) - old) * share);
    }
  }

  fillRect(left: number, top: number, width: number, height: number, colour: Colour, alpha = 1): void {
    for (let x = Math.floor(left); x < Math.ceil(left + width); x++) {
      const across = Math.min(x + 1, left + width) - Math.max(x, left);
      this.fillColumn(x, top, top + height, colour, alpha * across);
    }
  }

  /** One pixel column between two heights; its ends are shaded by how much of a pixel they cover. */
  fillColumn(x: number, top: number, bottom: number, colour: Colour, alpha: number): void {
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(this.height, Math.ceil(bottom)); y++) {
      this.#blend(x, y, colour, alpha * (Math.min(y + 1, bottom) - Math.max(y, top)));
    }
  }

  /** A polyline with round joins; where pieces meet the ink is not doubled. `dash` is on, off in pixels. */
  stroke(points: readonly Point[], width: number, colour: Colour, dash?: readonly [number, number]): void {
    const cover = new Map<number, number>();
    let along = 0;
    for (let i = 0; i < Math.max(1, points.length - 1); i++) {
      const from = points[i];
      const to = points[i + 1] ?? from;
      if (!from || !to) continue;
      const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
      for (const [start, end] of dashes(along, length, dash)) {
        const at = (share: number): Point => [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
        this.#cover(at(length === 0 ? 0 : start / length), at(length === 0 ? 0 : end / length), width / 2, cover);
      }
      along += length;
    }
    for (const [at, share] of cover) this.#blend(at % this.width, Math.floor(at / this.width), colour, share);
  }

  #cover(from: Point, to: Point, half: number, cover: Map<number, number>): void {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const square = dx * dx + dy * dy;
    const reach = half + 1;
    const left = Math.max(0, Math.floor(Math.min(from[0], to[0]) - reach));
    const right = Math.min(this.width - 1, Math.ceil(Math.max(from[0], to[0]) + reach));
    const top = Math.max(0, Math.floor(Math.min(from[1], to[1]) - reach));
    const bottom = Math.min(this.height - 1, Math.ceil(Math.max(from[1], to[1]) + reach));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const [px, py] = [x + 0.5 - from[0], y + 0.5 - from[1]];
        const share = square === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / square));
        const ink = half + 0.5 - Math.hypot(px - share * dx, py - share * dy);
        if (ink <= 0) continue;
        const at = y * this.width + x;
        cover.set(at, Math.max(cover.get(at) ?? 0, Math.min(1, ink)));
      }
    }
  }

  /** `y` is the baseline, `size` the height of a capital. */
  text(text: string, x: number, y: number, size: number, colour: Colour, weight = 0.14): void {
    let left = x;
    const scale = size / 7;
    for (const letter of lettersOf(text)) {
      const glyph = letter === ' ' ? undefined : (GLYPHS[letter] ?? TOFU);
      for (const line of linesOf(glyph ?? '')) {
        const placed = line.map(([gx, gy]): Point => [left + gx * scale, y + (gy - 7) * scale]);
        this.stroke(placed, size * weight, colour);
      }
      left += advanceOf(letter) * scale;
    }
  }

  /** PNG, 8 bits a channel, no alpha: signature, IHDR, IDAT, IEND (RFC 2083). */
  toPng(): Uint8Array {
    const rows = Buffer.alloc((this.width * 3 + 1) * this.height);
    for (let y = 0; y < this.height; y++) {
      rows.set(this.#pixels.subarray(y * this.width * 3, (y + 1) * this.width * 3), y * (this.width * 3 + 1) + 1);
    }
    const header = Buffer.alloc(13);
    header.writeUInt32BE(this.width, 0);
    header.writeUInt32BE(this.height, 4);
    header.set([8, 2, 0, 0, 0], 8);
    return Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(rows, { level: 9 })),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function dashes(along: number, length: number, dash: readonly [number, number] | undefined): [number, number][] {
  if (!dash) return [[0, length]];
  const period = dash[0] + dash[1];
  const pieces: [number, number][] = [];
  for (let start = -(along % period); start < length; start += period) {
    const [from, to] = [Math.max(0, start), Math.min(length, start + dash[0])];
    if (to > from) pieces.push([from, to]);
  }
  return pieces;
}

const TOFU = 'M0 1L3.6 1L3.6 7L0 7L0 1';
const SUBSTITUTES: Readonly<Record<string, string>> = {
  '\u2212': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u202f': ' ',
  '\u00a0': ' ',
  '\u2019': "'",
  '\u2018': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u00d7': 'x',
  '`': "'",
};

/** Letters without their accents: what has no glyph then is a box. */
function lettersOf(text: string): string[] {
  return Array.from(text.normalize('NFD').replace(/\p{M}/gu, ''), (letter) => SUBSTITUTES[letter] ?? letter);
}

const widths = new Map<string, number>();
function advanceOf(letter: string): number {
  if (letter === ' ') return 2.9;
  let width = widths.get(letter);
  if (width === undefined) {
    width = Math.max(0, ...linesOf(GLYPHS[letter] ?? TOFU).flatMap((line) => line.map(([x]) => x))) + 1.75;
    if (widths.size < 1000) widths.set(letter, width);
  }
  return width;
}

export function textWidth(text: string, size: number): number {
  return lettersOf(text).reduce((sum, letter) => sum + advanceOf(letter), 0) * (size / 7);
}

/** M, L and Q to polylines; a curve becomes 8 pieces. */
function linesOf(path: string): Point[][] {
  const lines: Point[][] = [];
  for (const match of path.matchAll(/([MLQ])([^MLQ]*)/g)) {
    const numbers = (match[2] ?? '').match(/-?(?:\d+\.?\d*|\.\d+)/g)?.map(Number) ?? [];
    const [a = 0, b = 0, c = 0, d = 0] = numbers;
    const line = lines.at(-1);
    if (match[1] === 'M' || !line) lines.push([[a, b]]);
    else if (match[1] === 'L') line.push([a, b]);
    else {
      const [x, y] = line.at(-1) ?? [0, 0];
      for (let i = 1; i <= 8; i++) {
        const t = i / 8;
        const [p, q, r] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
        line.push([p * x + q * a + r * c, p * y + q * b + r * d]);
      }
    }
  }
  return lines;
}
