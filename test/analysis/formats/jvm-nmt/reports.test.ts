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
