import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
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
