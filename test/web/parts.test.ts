import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { LIGHT } from '../../web/draw/palette.ts';
import { splitVerdict } from '../../web/pages/investigation/answer.tsx';
import { curlLine } from '../../web/parts/curl-line.ts';
import { pictureOf } from '../../web/parts/finding-number.ts';
import { plainly, Said } from '../../web/parts/said.tsx';
import { readAddress } from '../../web/views/address-state.ts';
import { barOf, deltaBars } from '../../web/views/table/bar.tsx';
import { arrangeRows, columnWidths, numericColumns } from '../../web/views/table/rows.ts';
import { Table } from '../../web/views/table/table.tsx';
import { contentSecurityPolicy } from '../../web/security.ts';
import { classHistogram, growthTable } from './example-views.ts';

test('the curl line, to the letter', () => {
  expect(curlLine({ publicUrl: 'https://casebook.example.org', slug: 'openfn-worker', token: 'T0ken' })).toBe(
    String.raw`curl -fT dump.hprof "$(curl -fsS -w '%{stderr}%header{casebook-receipt}\n' -X POST -H "Authorization: Bearer T0ken" "https://casebook.example.org/api/investigations/openfn-worker/evidence?name=dump.hprof&size=$(wc -c <dump.hprof | tr -d ' ')")"`,
  );
});

test('the policy lets nothing inline run', () => {
  const policy = contentSecurityPolicy(['https://bucket.example.org']);
  expect(policy).not.toContain('unsafe');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'self' https://bucket.example.org");
});

describe('sentences', () => {
  test('names between backticks are code, and nothing is HTML', () => {
    expect(renderToString(h(Said, { text: 'held by `<b>` here' }))).toBe('held by <code>&lt;b></code> here');
    expect(renderToString(h(Said, { text: 'one ` alone' }))).toBe('one ` alone');
    expect(plainly('held by `states`')).toBe('held by states');
  });

  test('a long verdict shows whole sentences large', () => {
    const first = 'Leak. JS heap of `worker` grows 0.88 MB a run since 1.13.3; the 2 GB limit is reached in 41 h.';
    const rest = 'Held by `states` in `createEngine`, which keeps every plan and its input after the run is over.';
    expect(splitVerdict(`${first} ${rest}`)).toEqual([first, rest]);
    expect(splitVerdict(first)).toEqual([first, '']);
    const named = `Undecided. ${'One picture of memory shows what is held and not whether it grows. '.repeat(3)}`;
    expect(splitVerdict(named)[0]).toMatch(/^Undecided\. One picture .* grows\.( One|$)/);
    const endless = 'x'.repeat(400);
    expect(splitVerdict(endless)).toEqual([endless, '']);
  });
});

describe('what a finding lets one draw', () => {
  test('a slope with its interval', () => {
    const { number, interval } = pictureOf({ evidence: { slopeBytesPerHour: 22e6, slopeLow: 19e6, slopeHigh: 25e6 } });
    expect(number?.replace(/\u202f/g, ' ')).toBe('22 MB an hour, 19 to 25 MB');
    expect(interval).toEqual({ low: 19e6, value: 22e6, high: 25e6 });
  });

  test('whatever a stranger put there, nothing is trusted', () => {
    const hostile = {
      slopeBytesPerHour: 'x',
      retainedBytes: NaN,
      path: [null, 7, { name: {} }, { name: 'a', via: 3 }],
      spark: ['a', {}],
    };
    expect(pictureOf({ evidence: hostile })).toEqual({
      path: [{ name: 'a', via: '', role: 'root' }],
    });
  });
});

describe('tables', () => {
  const view = classHistogram(500);

  test('sorts numbers as numbers, both ways, and leaves silence for last', () => {
    const with0 = {
      ...view,
      rows: [
        ['a', 2, 1, 1],
        ['b', null, 1, 1],
        ['c', 10, 1, 1],
      ] as (string | number | null)[][],
    };
    expect(arrangeRows(with0, '', { column: 1, down: true })).toEqual([2, 0, 1]);
    expect(arrangeRows(with0, '', { column: 1, down: false })).toEqual([0, 2, 1]);
  });

  test('keeps rows that hold every word', () => {
    const found = arrangeRows(view, 'leaked SESSION', undefined);
    expect(found.length).toBeGreaterThan(0);
    for (const i of found) expect(String(view.rows[i]?.[0])).toContain('LeakedSession');
  });

  test('knows its columns of numbers and gives the rest of the width to the names', () => {
    const numeric = numericColumns(view);
    expect(numeric).toEqual([false, true, true, true]);
    expect(columnWidths(view, numeric)[0]).toBe(0);
  });

  test('bars of a difference start at its axis', () => {
    const growth = growthTable();
    const bar = barOf(growth, numericColumns(growth), undefined);
    expect(bar).toEqual({ column: 2, least: -4_400_000, most: 41_200_000 });
  });

  test('a comparison has bars under each difference: what went to the left of the axis, what came to the right', () => {
    const growth = growthTable();
    expect([...deltaBars(growth).keys()]).toEqual([1, 2]);
    expect(deltaBars(view).size).toBe(0);
    const html = renderToString(h(Table, { view: growth }));
    expect(html.match(/<td class="number bar-under">/g)).toHaveLength(2 * growth.rows.length);
    expect(html).not.toContain('style=');
    expect(html).toContain('>+12,345<');
    const bars = [
      ...html.matchAll(/<rect class="(up|down)" x="([\d.]+)%" width="([\d.]+)%".*?<line class="axis" x1="([\d.]+)%"/g),
    ];
    expect(bars).toHaveLength(2 * growth.rows.length);
    for (const [, way, x, width, axis] of bars) {
      const edge = way === 'up' ? Number(x) : Number(x) + Number(width);
      expect(edge).toBeCloseTo(Number(axis), 1);
      expect(Number(width)).toBeGreaterThan(0);
    }
    expect(bars.filter(([, way]) => way === 'down')).toHaveLength(4);
  });
});

test('state in the address: a name alone, or names with values', () => {
  expect(readAddress('#histogram').get('view')).toBe('histogram');
  expect(readAddress('#view=histogram&sort=-3&q=a%20b').get('q')).toBe('a b');
  expect([...readAddress('')]).toEqual([]);
  expect(readAddress('#%E0%A4%A').get('view')).toBe('%E0%A4%A');
});

describe('colours', () => {
  const css = readFileSync(join(import.meta.dirname, '../../web/style/tokens.css'), 'utf8');
  const tokens = new Map(
    [...css.matchAll(/--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
      (match) => [match[1] ?? '', [match[2] ?? '', match[3] ?? '']] as const,
    ),
  );
  const luminance = (hex: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number => {
    const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const pairs: [string, string, number][] = [
    ...['ground', 'surface', 'raised'].flatMap((ground) =>
      ['ink', 'ink-2', 'ink-3', 'accent', 'leak', 'sound', 'unsure'].map((ink): [string, string, number] => [
        ink,
        ground,
        4.5,
      ]),
    ),
    ...['leak', 'sound', 'unsure', 'accent'].map((ink): [string, string, number] => [ink, `${ink}-wash`, 4.5]),
    ['accent-ink', 'accent', 4.5],
    ['line-strong', 'ground', 3],
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((n): [string, string, number] => [`series-${n}`, 'ground', 1.8]),
  ];
  test.each(pairs)('%s on %s has a contrast of %d, light and dark', (ink, ground, least) => {
    for (const theme of [0, 1]) {
      const [a = '', b = ''] = [tokens.get(ink)?.[theme], tokens.get(ground)?.[theme]];
      expect(contrast(a, b), `${ink} on ${ground}, ${theme === 0 ? 'light' : 'dark'}`).toBeGreaterThanOrEqual(least);
    }
  });

  test('pictures outside a page use the same values', () => {
    const names: [string, string][] = [
      ['ground', LIGHT.ground],
      ['ink', LIGHT.ink],
      ['ink-2', LIGHT.ink2],
      ['ink-3', LIGHT.ink3],
      ['line', LIGHT.line],
      ['accent', LIGHT.accent],
      ['leak', LIGHT.leak],
      ['sound', LIGHT.sound],
      ['unsure', LIGHT.unsure],
    ];
    for (const [name, value] of names) expect(tokens.get(name)?.[0]).toBe(value);
    LIGHT.series.forEach((value, i) => expect(tokens.get(`series-${i + 1}`)?.[0]).toBe(value));
  });
});
