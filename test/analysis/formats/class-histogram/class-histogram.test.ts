import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classHistogram } from '../../../../functions/analysis/formats/class-histogram/index.ts';
import { Analysis } from '../../../../functions/model/analysis.ts';
import { AppError } from '../../../../functions/model/error.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { sourceOf, testRun } from '../../test-run.ts';

const analyse = async (text: string | Uint8Array, chunkBytes?: number): Promise<Analysis> =>
  Analysis.parse(await classHistogram.analyse(sourceOf(text, chunkBytes), testRun()));
const detect = (text: string): string => classHistogram.detect(new TextEncoder().encode(text), 'file');
const fact = (analysis: Analysis, name: string): unknown => analysis.facts.find((one) => one.name === name)?.value;
const rows = (analysis: Analysis, view = 'histogram'): unknown[][] => {
  const found = analysis.views.find(({ name }) => name === view);
  return found?.kind === 'table' ? found.rows : [];
};

const JCMD = `29411:
 num     #instances         #bytes  class name (module)
-------------------------------------------------------
   1:          1200         169368  [B (java.base@17.0.15)
   2:           600          19416  [[Ljava.util.HashMap$Node; (java.base@17.0.15)
   3:           500          12000  Leak$SessionToken
Total          2300         200784
`;

describe('class histograms', () => {
  it('of jcmd: names in the form of Java, no retained bytes', async () => {
    expect(detect(JCMD)).toBe('yes');
    const analysis = await analyse(JCMD);
    expect(rows(analysis)).toEqual([
      ['byte[]', 1200, 169_368, null],
      ['java.util.HashMap$Node[][]', 600, 19_416, null],
      ['Leak$SessionToken', 500, 12_000, null],
    ]);
    expect(fact(analysis, 'objects')).toBe(2300);
    expect(fact(analysis, 'shallowBytes')).toBe(200_784);
    expect(analysis.warnings).toEqual([]);
  });

  it.each([1, 7, 65_536])('is the same in chunks of %d bytes', async (chunkBytes) => {
    expect(await analyse(JCMD, chunkBytes)).toEqual(await analyse(JCMD));
  });

  it('of a loop: what grew from the first to the last', async () => {
    const later = JCMD.replace(' 500 ', ' 900 ').replace(' 12000 ', ' 21600 ').replace('2300', '2700');
    const analysis = await analyse(`${JCMD}\n${later}`);
    expect(fact(analysis, 'histograms')).toBe(2);
    expect(rows(analysis, 'growth')).toEqual([['Leak$SessionToken', 500, 900, 400, 9600, 9600]]);
    expect(analysis.findings[0]).toMatchObject({
      rule: 'heap/growth',
      evidence: { class: 'Leak$SessionToken', instancesDelta: 400, retainedBytesDelta: 9600, path: [] },
    });
    const compared = await classHistogram.compare?.([sourceOf(JCMD), sourceOf(later)], testRun());
    expect(compared?.findings).toEqual(analysis.findings);
    expect(rows(analysis)).toContainEqual(['Leak$SessionToken', 900, 21_600, null]);
  });

  it.each([
    [
      'Eclipse MAT',
      'Class Name,Objects,Shallow Heap,Retained Heap,\ncom.x.Order,"1,200",28800,">= 1,048,576",\nTotal: 1 entry,1,1,,\n',
      1_048_576,
    ],
    [
      'a profiler',
      '"Class";"Objects";"Shallow Size";"Retained Size"\n"com.x.Order";"1200";"28800";"1048576"\n',
      1_048_576,
    ],
    ['a profiler', '"Name","Instance Count","Size"\n"com.x.Order","1200","28800"\n', null],
    ['VisualVM', '"Class Name","Live Bytes","Live Objects"\n"com.x.Order","28,800 B (12.5%)","1,200 (3%)"\n', null],
  ])('of %s as CSV', async (tool, text, retained) => {
    expect(detect(text)).toBe('yes');
    const analysis = await analyse(text);
    expect(rows(analysis)).toEqual([['com.x.Order', 1200, 28_800, retained]]);
    expect(fact(analysis, 'tool')).toBe(tool);
  });

  const CLASSES = [
    ['com.x.Order', 1200, 288_000, 1_048_576],
    ['byte[]', 900, 180_000, 180_000],
    ['java.lang.String', 800, 19_200, 64_000],
    ['java.util.HashMap$Node[]', 40, 9600, 12_000],
    ['java.lang.Object', 3, 48, 48],
  ] as const;
  const raw = (name: string): string =>
    name.replace('byte[]', '[B').replace(/^(.*)\[\]$/, (_, element: string) => `[L${element};`);
  const textOf = (title: string, row: (line: (typeof CLASSES)[number], rank: number) => string): string =>
    [title, ...CLASSES.map((line, i) => row(line, i + 1))].join('\n');

  it.each([
    [
      'JDK 5 and jmap -F of JDK 8',
      textOf('Object Histogram:\n\nSize\tCount\tClass description\n----------', ([n, i, b]) => `${b}\t${i}\t${n}`),
    ],
    [
      'jhsdb jmap --histo',
      textOf(
        'Object Histogram:\n\nnum \t  #instances\t#bytes\tClass description\n----------',
        ([n, i, b], rank) => `${rank}:\t\t${i}\t${b}\t${n}`,
      ) + '\nTotal : \t2943\t496848\nHeap traversal took 1.2 seconds.\n',
    ],
    [
      'jmap of OpenJ9',
      textOf(
        'num   object count     total size    class name\n------------',
        ([n, i, b], rank) => `  ${rank}  ${i}  ${b}   ${raw(n)}`,
      ),
    ],
    [
      'Hitachi',
      textOf('________________Size__Instances__Class________________', ([n, i, b]) => `  ${b}  ${i}  ${raw(n)}`),
    ],
    [
      'a GC log',
      textOf(
        '[2.345s][trace][gc,classhisto] GC(3)  num     #instances         #bytes  class name (module)',
        ([n, i, b], rank) => `[2.345s][trace][gc,classhisto] GC(3)    ${rank}:  ${i}  ${b}  ${raw(n)}`,
      ),
    ],
    [
      'kubectl logs --timestamps',
      textOf(
        '2024-05-01T10:00:00.123456789Z  num     #instances         #bytes  class name',
        ([n, i, b], rank) => `2024-05-01T10:00:00.123456789Z    ${rank}:  ${i}  ${b}  ${raw(n)}`,
      ),
    ],
  ])('as %s writes it', async (_tool, text) => {
    expect(detect(text)).toBe('yes');
    expect(rows(await analyse(text))).toEqual(
      CLASSES.map(([name, instances, bytes]) => [name, instances, bytes, null]),
    );
  });

  const grouped = (value: number, mark: string): string => value.toLocaleString('en-US').replaceAll(',', mark);
  const html = (cells: readonly (string | number)[]): string =>
    `<tr class="odd">${cells.map((cell) => `<td align='right'><a href="#x">${cell}</a></td>`).join('\n')}</tr>`;

  it.each([
    [
      'Eclipse MAT as text',
      textOf(
        'Class Name   | Objects | Shallow Heap | Retained Heap\n-----------------------------------------',
        ([n, i, b, r]) => `${n.padEnd(30)}| ${grouped(i, ',')} | ${grouped(b, ',')} | >= ${grouped(r, ',')}`,
      ) + '\nTotal: 5 entries     | 2,943 | 496,848 | \n',
    ],
    ['IntelliJ', textOf('Class,Count,Shallow,Retained', ([n, i, b, r]) => [n, i, b, r].join(','))],
    [
      'jcmd GC.class_stats',
      textOf('Index,InstBytes,InstCount,ClassName', ([n, i, b], rank) => [rank, b, i, n].join(',')),
    ],
    [
      'YourKit as XML',
      `<?xml version="1.0" encoding="UTF-8"?>\n<view description="Classes">\n${CLASSES.map(
        ([n, i, b, r]) => `<node class="${n}" objects="${i}" shallow_size="${b}" retained_size="${r}"/>`,
      ).join('\n')}</view>`,
    ],
    [
      'JProfiler as HTML',
      `<!DOCTYPE html><html><head><style>td { color: red }</style></head><body><table><tr><td>Session</td></tr></table>
      <table><tr><th>Name</th><th>Instance count</th><th>Size</th></tr>${CLASSES.map(([n, i, b]) => html([n, i, `${grouped(b, ',')} bytes`])).join('')}</table></body></html>`,
    ],
    [
      'the sampler of VisualVM',
      textOf(
        '"Class Name","Bytes [%]","Bytes","Instances"',
        ([n, i, b], rank) => `"${n}","${rank}.5","${grouped(b, ',')} (1.5%)","${grouped(i, ',')}"`,
      ),
    ],
    [
      'YourKit as text',
      textOf(
        'Class                     Objects  Shallow Size  Retained Size',
        ([n, i, b, r]) => `${n.padEnd(24)}  ${grouped(i, ',')}  ${grouped(b, ',')}  ${grouped(r, ',')}`,
      ),
    ],
    [
      'jhat',
      `<html><head><title>Heap Histogram</title></head><body><table><tr><th>Class</th><th>Instance Count</th><th>Total Size</th></tr>${CLASSES.map(([n, i, b]) => html([`class ${raw(n)}`, i, b])).join('')}</table></body></html>`,
    ],
    [
      'a Japanese VisualVM',
      textOf('"クラス名","ライブ・バイト数","ライブ・オブジェクト数"', ([n, i, b]) => `"${n}","${b} B","${i}"`),
      'no language that is known',
    ],
    [
      'a German JProfiler',
      textOf('Name;Anzahl Instanzen;Größe', ([n, i, b]) => [n, grouped(i, '.'), grouped(b, '.')].join(';')),
      'column 2 was taken for instances, 3 for bytes',
    ],
    [
      'a Chinese MAT',
      textOf('类名,对象,浅堆,保留堆', ([n, i, b, r]) => [n, i, b, r].join(',')),
      'column 2 was taken for instances, 3 for bytes, 4 for retained bytes',
    ],
  ])('as %s exports it', async (_tool, text, warning = '') => {
    expect(detect(text)).toBe(warning === '' ? 'yes' : 'maybe');
    const analysis = await analyse(text);
    expect(rows(analysis).map((row) => row.slice(0, 3))).toEqual(CLASSES.map((line) => line.slice(0, 3)));
    if (/retained|保留/i.test(text))
      expect(rows(analysis).map((row) => row[3])).toEqual(CLASSES.map((line) => line[3]));
    expect(analysis.warnings.join()).toContain(warning);
  });

  it('says how many classes Memory Analyzer left out, and takes the line that adds up for none', async () => {
    const header = 'Class Name | Objects | Shallow Heap | Retained Heap\n---------------\n';
    const row = 'com.x.Order | 1,200 | 28,800 | >= 1,048,576\n';
    const whole = await analyse(`${header}${row}Total: 1 entry | 1,200 | 28,800 |\n`);
    expect([rows(whole), whole.warnings]).toEqual([[['com.x.Order', 1200, 28_800, 1_048_576]], []]);
    const part = await analyse(`${header}${row}Total: 1 of 4,011 entries; 4,010 more | 22,345 | 99,005,432 |\n`);
    expect(rows(part)).toHaveLength(1);
    expect(part.warnings.join()).toContain('4010 classes left out');
  });

  it('takes rounded sizes and says so', async () => {
    const analysis = await analyse(textOf('Class Name,Objects,Shallow Heap', ([n, i]) => `${n},${i},1.5 KB`));
    expect(rows(analysis)[0]?.[2]).toBe(1536);
    expect(analysis.warnings.join()).toContain('rounded');
  });

  it.each([
    ['tags that do not end', '<tr><td '.repeat(200_000)],
    ['rows that do not end', '<tr>'.repeat(300_000)],
    ['dashes', `Class Name,Objects,Shallow Heap\n${'-'.repeat(16_000)}x\n`],
  ])('%s take no time', async (_name, text) => {
    const started = performance.now();
    await expect(analyse(text)).rejects.toMatchObject({ code: 'corrupt' });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('says when lines are missing', async () => {
    const cut = await analyse(JCMD.slice(0, JCMD.indexOf('   3:') + 10));
    expect(cut.warnings.join()).toContain('cut off');
    const gap = await analyse(JCMD.replace(/ {3}2:.*\n/, ''));
    expect(gap.warnings.join()).toContain('add up to 1700');
  });

  it('refuses a text without one', async () => {
    await expect(analyse('Class Name,Objects,Shallow Heap\n')).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('does not take other texts for its own', () => {
    expect(detect('2024-01-01 12:00:00 INFO com.x.Main started\n'.repeat(20))).toBe('no');
    expect(detect('10 20 30\n40 50 60\n70 80 90\n')).toBe('no');
    expect(detect('time,value,name\n1,2,3\n')).toBe('no');
    expect(detect(`pod,requests,bytes\n${'api.example.com,10,2000\n'.repeat(20)}`)).toBe('no');
    expect(detect(`<html><body><table>${'<tr><td>a</td><td>1</td><td>2</td></tr>'.repeat(20)}</table>`)).toBe('no');
    expect(
      detect('<?xml version="1.0"?><svg width="1" height="2" fill="red"><rect x="1" y="2" width="3"/></svg>'),
    ).toBe('no');
  });

  it('survives any mutation', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(JCMD.length),
        fc.string({ maxLength: 20, unit: 'binary' }),
        fc.nat(30),
        async (at, text, drop) => {
          const mutated = JCMD.slice(0, at) + text + JCMD.slice(at + drop);
          try {
            await analyse(mutated);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

const fixtures = sharedPath('fixtures', 'hprof');

describe.skipIf(fixtures === undefined)('recorded histograms', () => {
  it.each([
    ['gen_jdk17_leakA.histo.expected.txt', 'yes', 'Leak$SessionToken', 5000, 120_000],
    ['mat__sun_jdk6_18_x32.histogram.expected.txt', 'maybe', 'java.lang.Object[]', 311, 12_720],
    ['mat__sun_jdk6_30_x64_compressedOops.histo.expected.txt', 'yes', 'java.lang.String', 876, 28_032],
    ['mat__sun_jdk6_31_hprofagent_nocompressedOops.histo.expected.txt', 'yes', 'char[]', 744, 77_624],
  ])('%s', async (file, detection, name, instances, bytes) => {
    const text = readFileSync(`${fixtures ?? ''}/${file}`);
    expect(classHistogram.detect(text.subarray(0, 65_536), file)).toBe(detection);
    expect(rows(await analyse(text)).find((row) => row[0] === name)).toEqual([name, instances, bytes, null]);
  });
});
