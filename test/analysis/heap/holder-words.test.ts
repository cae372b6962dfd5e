import { describe, expect, it } from 'vitest';
import { holderInWords, objectsInWords } from '../../../functions/analysis/heap/holder-words.ts';
import { describeLimit } from '../../../functions/analysis/heap/limit-name.ts';
import type { PathStep } from '../../../functions/analysis/heap/path-step.ts';

/** `via<name>` a step, as the way is told from the root down. */
function steps(...texts: string[]): PathStep[] {
  return texts.map((text) => ({
    via: text.slice(0, text.lastIndexOf('<')),
    name: text.slice(text.lastIndexOf('<') + 1, -1),
  }));
}

const MODULE = steps(
  '<globalThis>',
  '["<symbol node:entry_point_module>"]<ModuleWrap>',
  '[…]<system / SourceTextModule>',
  '[…]<Generator>',
  'function<(anonymous function)>',
  'context<(closure context)>',
);
const THREAD_LOCAL = steps(
  '<java.lang.Thread "worker-0">',
  '.threadLocals<java.lang.ThreadLocal$ThreadLocalMap>',
  '.table<java.lang.ThreadLocal$ThreadLocalMap$Entry[]>',
  '[…]<java.lang.ThreadLocal$ThreadLocalMap$Entry of Requests.CURRENT>',
  '.value<java.util.ArrayList>',
);

describe('the holder in words', () => {
  it.each<[string, PathStep[], string]>([
    [
      'a property of a global object',
      steps('<globalThis>', '.__cache<SessionCache>', '.entries<Map>'),
      'globalThis.__cache.entries (a Map)',
    ],
    [
      'a key that is no name',
      steps('<globalThis>', '.bus<Bus>', '._events<Object>', '["a-b"]<Array>'),
      'globalThis.bus._events["a-b"] (an Array)',
    ],
    [
      'a variable of a module, without the machinery above it',
      [...MODULE, ...steps('cache<LruCache>', '.entries<Map>')],
      'the variable cache.entries (a Map)',
    ],
    [
      'variables that have no one name',
      [...MODULE],
      'globalThis[node:entry_point_module] (the variables of a function)',
    ],
    [
      'a static field',
      steps('<class com.x.Shop>', 'static ORDERS<java.util.HashMap>'),
      'com.x.Shop.ORDERS (a HashMap)',
    ],
    [
      'a nested class',
      steps('<class Shop>', 'static POOL<Shop$Pool>', '.open<Shop$Pool$Ring>'),
      'Shop.POOL.open (a Ring)',
    ],
    ['a ThreadLocal', THREAD_LOCAL, 'the ThreadLocal Requests.CURRENT of thread "worker-0" (an ArrayList)'],
    [
      'a local variable',
      steps('<java.lang.Thread "main">', 'local of com.x.Main.run(Main.java:12)<Main>', '.rows<java.util.ArrayList>'),
      'rows in a local variable of com.x.Main.run of thread "main" (an ArrayList)',
    ],
    [
      'a stack',
      steps('<(GC root)>', '[…]<(GC roots)>', '[…]<(Stack roots)>', '[…]<Array>'),
      'a variable of a running function (an Array)',
    ],
    [
      'nothing that a program has named',
      steps('<java.lang.Object[]>', '[…]<java.lang.Object[]>'),
      'the runtime itself',
    ],
    [
      'a long way',
      steps('<globalThis>', '.a<A>', '.b<B>', '.c<C>', '.d<D>', '.e<E>', '.f<F>'),
      'globalThis.a … .d.e.f (a F)',
    ],
  ])('%s', (_name, way, words) => {
    expect(holderInWords(way, way.length - 1)).toBe(words);
  });

  it('never shows the engine, whatever the way', () => {
    for (const way of [MODULE, THREAD_LOCAL, steps('<(GC root)>', '[…]<(GC roots)>', '[…]<(Global handles)>')])
      for (let last = 0; last < way.length; last++)
        expect(holderInWords(way, last)).not.toMatch(/\(\(|system \/|GC root|^$|\$Entry|«|undefined/);
  });
});

describe('objects in words', () => {
  it.each([
    [12_000, 'LeakedSession', '12,000 LeakedSession objects'],
    [5000, '(string)', '5,000 strings'],
    [1, 'byte[]', '1 byte[] array'],
    [40, 'Shop$$Lambda$14+0x00007fb1e4002a00', '40 lambdas of Shop'],
  ])('%d of %s', (count, className, words) => {
    expect(objectsInWords(count, className)).toBe(words);
  });
});

describe('a limit', () => {
  it.each([
    ['SessionCache', ['entries', 'max'], 'SessionCache has a limit by its field “max”'],
    ['Store', ['map', 'maxEntries'], 'Store has a limit by its field “maxEntries”'],
    ['LRUCache', ['map'], 'LRUCache by its name has a limit'],
    ['Store', ['map', 'maxRetries', 'maxAgeMs', 'limiter', 'capacityOfHall'], undefined],
    ['SessionCache', ['entries', 'hits'], undefined],
  ])('of %s with the fields %j', (className, fields, said) => {
    expect(describeLimit(className, fields)).toBe(said);
  });
});
