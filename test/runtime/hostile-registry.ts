import type { Analyser } from '../../functions/analysis/analyser.ts';
import { ANALYSERS as READING } from '../../functions/analysis/registry.ts';

/** Every way in which an analyser may misbehave, chosen by the first line of the file: `hostile:hang`. */
const DEEDS: Readonly<Record<string, () => unknown>> = {
  throw: () => {
    throw new Error('a fault of the analyser');
  },
  reject: () => Promise.reject(new TypeError('undefined is not a function')),
  hang: () => {
    for (;;);
  },
  wait: () => new Promise(() => undefined),
  exit: () => process.exit(0),
  heap: () => {
    const kept: unknown[][] = [];
    for (;;) kept.push(Array.from({ length: 100_000 }, () => [kept.length]));
  },
  arrays: () => {
    const kept: Uint8Array[] = [];
    for (;;) kept.push(new Uint8Array(4 * 2 ** 20).fill(kept.length));
  },
  stack: () => {
    const deeper = (n: number): number => deeper(n + 1) + 1;
    return deeper(0);
  },
  garble: () => {
    process.send?.('no word of ours');
    process.send?.({ say: 'refused' });
    throw new Error('after nonsense');
  },
  stranger: () => {
    setTimeout(() => {
      throw new Error('thrown where nobody waits');
    }, 0);
    return new Promise(() => undefined);
  },
};

const hostile: Analyser = {
  format: 'hostile',
  title: 'Hostile',
  version: 1,
  detect: (head) => (new TextDecoder().decode(head.subarray(0, 8)) === 'hostile:' ? 'yes' : 'no'),
  async analyse(source) {
    const text = await new Response(source.stream() as ReadableStream<Uint8Array<ArrayBuffer>>).text();
    await DEEDS[text.trim().slice('hostile:'.length)]?.();
    throw new Error('no such deed');
  },
};

export const ANALYSERS: readonly Analyser[] = [hostile, ...READING];
