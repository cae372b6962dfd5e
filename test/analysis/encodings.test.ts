import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { hasEscapes } from '../../functions/analysis/bytes/terminal-escapes.ts';
import { encodingOf } from '../../functions/analysis/bytes/text-encoding.ts';
import { ANALYSERS } from '../../functions/analysis/registry.ts';
import { analyse, detectFormat } from '../../functions/analysis/run.ts';
import { SAMPLES } from './samples.ts';
import { sourceOf, testRun } from './test-run.ts';

/** How programs write the same text: Excel, PowerShell's `>`, Notepad. */
const ENCODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-8 with a mark': (text) => Buffer.from(`\ufeff${text}`),
  'UTF-16LE with a mark': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16BE with a mark': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  'UTF-16LE': (text) => Buffer.from(text, 'utf16le'),
  'UTF-16BE': (text) => Buffer.from(text, 'utf16le').swap16(),
};
const texts = SAMPLES.flatMap(({ content, ...sample }) =>
  typeof content === 'string' && !content.includes('\0') ? [{ ...sample, content }] : [],
);

describe.each(texts)('$format: $name', ({ name, content }) => {
  it.each(Object.entries(ENCODINGS))('reads the same in %s, at any chunk size', async (_encoding, encode) => {
    const plain = await analyse(sourceOf(content), name, testRun());
    for (const chunkBytes of [1, 7, 65_536])
      expect(await analyse(sourceOf(encode(content), chunkBytes), name, testRun())).toEqual(plain);
  });

  it('reads the same with the line breaks of Windows', async () => {
    const plain = await analyse(sourceOf(content), name, testRun());
    const windows = await analyse(sourceOf(content.replace(/\r?\n/g, '\r\n')), name, testRun());
    expect(windows).toEqual(plain);
  });
});

describe('what was written for a terminal', () => {
  const top = (i: number): string => `NAME    CPU(cores)   MEMORY(bytes)\nweb-0   5m           ${100 + i}Mi\n`;
  const watched = (i: number, clear: string): string =>
    `${clear}Every 60.0s: kubectl top pod    host: Mon May  4 10:0${i}:00 2026\n\n${top(i)}`;
  const usage = (i: number, colour: (n: number) => string): string =>
    `{\n  rss: ${colour(4e8 + i)},\n  heapTotal: ${colour(2e8)},\n  heapUsed: ${colour(1e8 + i)}\n}\n`;
  const texts: [string, string, string][] = [
    [
      'screens of watch',
      watched(0, '') + watched(1, ''),
      watched(0, '\x1b[?1049h\x1b[H\x1b[2J') + watched(1, '\x1b[H\x1b[J'),
    ],
    ['a title and a prompt', top(1), `\x1b]0;me@host: ~\x07\x1b[01;32m$\x1b[00m\n\x1b(B${top(1)}`],
    [
      'colours',
      usage(0, String) + usage(1, String),
      usage(0, (n) => `\x1b[33m${n}\x1b[39m`) + usage(1, (n) => `\x1b[33m${n}\x1b[39m`),
    ],
  ];

  it.each(texts)('reads as plain text: %s', async (_what, plain, coloured) => {
    const { findings, series, views } = await analyse(sourceOf(plain), 'file', testRun());
    for (const chunkBytes of [1, 7, 65_536])
      expect(await analyse(sourceOf(coloured, chunkBytes), 'file', testRun())).toMatchObject({
        findings,
        series,
        views,
      });
  });

  it('is no binary data that happens to have the bytes of an escape', () => {
    expect(hasEscapes(Uint8Array.of(0x41, 27, 0x5b, 0x33, 0x6d))).toBe(true);
    expect(hasEscapes(Uint8Array.of(0x41, 27, 0x5b, 0x33, 0x6d, 2))).toBe(false);
    expect(hasEscapes(Uint8Array.of(0x41, 27, 0x41))).toBe(false);
  });
});

describe('what is no text', () => {
  it.each([
    ['UTF-32', [0xff, 0xfe, 0, 0, 0x41, 0, 0, 0]],
    ['few bytes', [0x41, 0, 0x42, 0]],
    ['zeros', Array.from({ length: 64 }, () => 0)],
    ['numbers of two bytes', Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 1 : 0))],
  ])('%s is left alone', (_what, bytes) => {
    expect(encodingOf(Uint8Array.from(bytes))).toBeUndefined();
  });
});

describe('a refusal', () => {
  it('names only what a submitter could send instead', async () => {
    const refused = await analyse(sourceOf('nothing that is known'), 'a.txt', testRun()).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ code: 'unrecognised' });
    const { message, data } = refused as { message: string; data: { reads: string[] } }; // an AppError, as just seen
    expect(message).not.toMatch(/not read\b|pushes/i);
    expect(data.reads).toContain('Metrics as a table (CSV, TSV, Grafana export)');
    expect(data.reads).toHaveLength(ANALYSERS.filter(({ offered }) => offered !== false).length);
  });

  const sheet = new TextEncoder().encode('<worksheet/>');
  it.each([
    ['Excel', { '[Content_Types].xml': sheet, 'xl/workbook.xml': sheet, 'xl/worksheets/sheet1.xml': sheet }],
    ['Excel, binary', { 'xl/workbook.bin': sheet, 'xl/worksheets/sheet1.bin': sheet }],
    ['LibreOffice', { mimetype: sheet, 'content.xml': sheet, 'META-INF/manifest.xml': sheet }],
    ['Numbers', { 'Index/Document.iwa': sheet }],
  ])('of a workbook of %s says how to save it as CSV', async (_program, members) => {
    const book = zipSync(members);
    expect((await detectFormat(sourceOf(book), 'book', testRun())).analyser?.format).toBe('office-document');
    await expect(analyse(sourceOf(book), 'book', testRun())).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/Save As > CSV/) as unknown,
    });
  });

  it('of a workbook in an archive leaves the rest of it readable', async () => {
    const csv = 'time,memory (MiB)\n2026-01-01 00:00:00,1\n2026-01-01 00:01:00,2\n';
    const archive = zipSync({
      'book.xlsx': zipSync({ 'xl/workbook.xml': sheet }),
      'a.csv': new TextEncoder().encode(csv),
    });
    const analysis = await analyse(sourceOf(archive), 'a.zip', testRun());
    expect(analysis.format).toBe('metrics-csv');
    expect(analysis.warnings.join()).toMatch(/book\.xlsx \(This is a document/);
  });
});
