import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { previewPng } from '../../../functions/hub/publish/preview.ts';
import { colourOf, Raster, textWidth } from '../../../functions/hub/publish/raster.ts';
import type { CaseDocument } from '../../../functions/model/case.ts';
import { LIGHT } from '../../../web/draw/palette.ts';
import { workerChart } from '../../web/example-views.ts';

/** Reads back what `toPng` wrote: filter 0, RGB. */
function readPng(bytes: Uint8Array): { width: number; height: number; at: (x: number, y: number) => number[] } {
  const png = Buffer.from(bytes);
  expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
  const width = png.readUInt32BE(16);
  const length = png.readUInt32BE(33);
  expect(png.subarray(37, 41).toString()).toBe('IDAT');
  const rows = inflateSync(png.subarray(41, 41 + length));
  const at = (x: number, y: number): number[] => [
    ...rows.subarray(y * (width * 3 + 1) + 1 + x * 3, y * (width * 3 + 1) + 4 + x * 3),
  ];
  return { width, height: png.readUInt32BE(20), at };
}

const data = (more: Partial<CaseDocument> = {}): Pick<CaseDocument, 'investigation' | 'verdict' | 'chart'> => ({
  investigation: { title: 'Worker memory rises' } as CaseDocument['investigation'],
  verdict: {
    state: 'leak',
    sentence: 'Leak. It grows 22 MB an hour.',
    confidence: 0.9,
    submissions: 4,
    clusters: 3,
    wouldDecide: [],
  },
  chart: workerChart({ startMs: 0, hours: 100, slopeMbPerHour: 22 }),
  ...more,
});

describe('the link preview', () => {
  test('is a PNG of 1200 x 630 on the house ground, with the colour of its state and ink in it', () => {
    const { width, height, at } = readPng(previewPng(data()));
    expect([width, height]).toEqual([1200, 630]);
    expect(at(600, 3)).toEqual([...colourOf(LIGHT.leak)]);
    expect(at(1190, 620)).toEqual([...colourOf(LIGHT.ground)]);
    let blue = 0;
    for (let x = 0; x < 1200; x += 10) if ((at(x, 560)[2] ?? 0) > (at(x, 560)[0] ?? 0) + 40) blue++;
    expect(blue).toBeGreaterThan(100);
  });

  test('any sentence, any title, no chart', () => {
    for (const sentence of ['', 'x'.repeat(2000), 'Ünïcödé 漢字 🙂 `code`', 'word '.repeat(300)]) {
      const state = 'undecided' as const;
      const bytes = previewPng(data({ chart: undefined, verdict: { ...data().verdict, sentence, state } }));
      expect(readPng(bytes).width).toBe(1200);
    }
  });
});

describe('the rasteriser', () => {
  const black = [0, 0, 0] as const;
  const white = [255, 255, 255] as const;

  test('half a covered pixel is half as dark', () => {
    const raster = new Raster(4, 4, white);
    raster.fillRect(1, 1, 0.5, 1, black);
    expect(readPng(raster.toPng()).at(1, 1)[0]).toBe(128);
    expect(readPng(raster.toPng()).at(2, 1)).toEqual([255, 255, 255]);
  });

  test('a line covers its middle, and no ink is doubled where pieces meet', () => {
    const raster = new Raster(20, 20, white);
    raster.stroke(
      [
        [2, 10],
        [10, 10],
        [18, 10],
      ],
      4,
      black,
    );
    const { at } = readPng(raster.toPng());
    expect(at(10, 10)).toEqual([0, 0, 0]);
    expect(at(10, 2)).toEqual([255, 255, 255]);
  });

  test('a longer text is wider, accents do not count', () => {
    expect(textWidth('leak leak', 20)).toBeGreaterThan(textWidth('leak', 20) * 2 - 1);
    expect(textWidth('é', 20)).toBe(textWidth('e', 20));
  });
});
