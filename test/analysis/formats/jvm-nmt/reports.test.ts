import { expect, it } from 'vitest';
import { analyseAs, bytesOf, chosenFormat, factOf, rowsOf } from '../analyse.ts';

it('reads differences against a baseline, in any scale', async () => {
  const text =
    '42:\n\nNative Memory Tracking:\n\nTotal: reserved=1398MB +1MB, committed=87MB +2MB\n\n-                 Java Heap (reserved=64MB, committed=64MB)\n                            (mmap: reserved=64MB, committed=64MB)\n\n-                    Thread (reserved=30MB +1MB, committed=3MB +2MB)\n                            (thread #30 +1)\n';
  expect(chosenFormat(bytesOf(text))).toBe('jvm-nmt');
  const analysis = await analyseAs('jvm-nmt', text);
  const MB = 2 ** 20;
  expect(factOf(analysis, 'committedBytes')).toBe(87 * MB);
  expect(rowsOf(analysis, 'native-memory')).toEqual([
    ['Java Heap', 64 * MB, 64 * MB, null, null],
    ['Thread', 30 * MB, 3 * MB, MB, 2 * MB],
  ]);
});

it('says how to turn it on', async () => {
  const text = '42:\nNative memory tracking is not enabled\n';
  expect(chosenFormat(bytesOf(text))).toBe('jvm-nmt');
  await expect(analyseAs('jvm-nmt', text)).rejects.toThrow(/-XX:NativeMemoryTracking=summary/);
});

it('keeps a report together whose every line has a time', async () => {
  const report = (minute: number): string =>
    [
      '7:',
      'Native Memory Tracking:',
      `Total: reserved=9KB, committed=${minute + 5}KB`,
      '  (mmap: reserved=9KB)',
      '- Java Heap (reserved=8KB, committed=4KB)',
    ]
      .map((line, i) => `2026-05-04T10:0${minute}:00.10${i}000000Z ${line}\n`)
      .join('');
  const text = report(0) + report(1);
  expect(chosenFormat(bytesOf(text))).toBe('jvm-nmt');
  const { series, facts } = await analyseAs('jvm-nmt', text);
  expect(facts).toContainEqual({ name: 'reports', value: 2, unit: 'count' });
  expect(series.map(({ labels, values }) => [labels, values]).at(1)).toEqual([
    { pid: '7', category: 'Total' },
    [5 * 1024, 6 * 1024],
  ]);
  expect(new Set(series.flatMap(({ timesMs }) => timesMs))).toEqual(
    new Set([0, 1].map((minute) => Date.UTC(2026, 4, 4, 10, minute, 0, 102))),
  );
});
