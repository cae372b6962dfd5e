import { describe, expect, it } from 'vitest';
import { Heap, object, withGlobal } from './plain-heap.ts';

/** Ways to a variable of a function that runs: only the root is above what it has. */
function withVariable(name: string): { heap: Heap; hold: (node: number) => void } {
  const { heap, global } = withGlobal();
  const roots = heap.add(0, ['element', 1], { type: 'synthetic', name: '(GC roots)', size: 0 });
  const stack = heap.add(roots, ['element', 9], { type: 'synthetic', name: '(Stack roots)', size: 0 });
  const context = heap.add(stack, ['element', 1], object('system / Context'));
  const hold = (node: number): void => {
    heap.link(context, ['context', name], node);
    heap.link(global, ['property', name], node);
  };
  return { heap, hold };
}

describe('few large objects', () => {
  it('are notes with their number and holder: buffers in an array, objects of a class that have one each, one text', async () => {
    const { heap, global } = withGlobal();
    const uploads = heap.add(global, ['property', 'uploads'], object('Array'));
    for (let i = 0; i < 40; i++) heap.add(uploads, ['element', i], object('Buffer', 200_000));
    const table = heap.add(heap.add(global, ['property', 'files'], object('Map')), ['internal', 'table'], {
      type: 'array',
      name: '',
    });
    for (let i = 0; i < 8; i++)
      heap.add(heap.add(table, ['internal', i], object('Upload')), ['property', 'data'], object('Buffer', 900_000));
    let log = heap.add(global, ['property', 'log'], { type: 'concatenated string', name: '', size: 20 });
    for (let i = 0; i < 6000; i++) {
      heap.add(log, ['internal', 'second'], { type: 'string', name: `line ${i}`, size: 400 });
      log = heap.add(log, ['internal', 'first'], { type: 'concatenated string', name: '', size: 20 });
    }
    const found = await heap.suspects();
    expect(found.map(({ severity, evidence }) => [severity, evidence['class'], evidence['instances']])).toEqual([
      ['note', 'Buffer', 40],
      ['note', 'Upload', 8],
      ['note', '(concatenated string)', 1],
    ]);
    expect(found.map(({ title }) => title)).toEqual([
      expect.stringMatching(/held by globalThis\.uploads \(an Array\)$/),
      expect.stringMatching(/held by globalThis\.files \(a Map\)$/),
      expect.stringMatching(/^1 string \(joined from parts\) keeps .*, held by globalThis\.log$/),
    ]);
  });
});

describe('a list whose next one is a variable of a closure', () => {
  for (const way of ['one', 'two'])
    it(`is held by the variable that has its head, which ${way} of the roots reach`, async () => {
      const { heap, hold } = withVariable('current');
      const head = object('Thing', 4000);
      let thing = -1;
      for (let i = 0; i < 300; i++) {
        const next = thing < 0 ? heap.add(1, ['property', 'made'], head) : -1;
        if (next >= 0) {
          if (way === 'two') hold(next);
          thing = next;
          continue;
        }
        const method = heap.add(thing, ['property', 'method'], { type: 'closure', name: 'method' });
        const context = heap.add(method, ['internal', 'context'], object('system / Context'));
        thing = heap.add(context, ['context', 'original'], head);
      }
      const [finding] = await heap.suspects();
      expect(finding).toMatchObject({ severity: 'warning', evidence: { class: 'Thing', instances: 300 } });
      expect(finding?.title).toMatch(/held by (globalThis\.made|.*current.*) \(the first of a list\)$/);
      expect((finding?.evidence['path'] as unknown[]).length).toBeLessThan(8);
    });
});

describe('a subscription', () => {
  it('is that of the object whose callback it has, though the library keeps more for each', async () => {
    const { heap, global } = withGlobal();
    const list = heap.add(heap.add(global, ['property', 'store'], object('Subject')), ['property', 'observers'], {
      type: 'object',
      name: 'Array',
    });
    for (let i = 0; i < 1000; i++) {
      const subscriber = heap.add(list, ['element', i], object('SafeSubscriber', 700));
      const next = heap.add(subscriber, ['property', 'next'], { type: 'closure', name: '' });
      const context = heap.add(next, ['internal', 'context'], object('system / Context'));
      heap.add(context, ['context', 'this'], object('Card', 150));
    }
    const [finding, ...others] = await heap.suspects();
    expect(finding?.evidence).toMatchObject({ class: 'Card', instances: 1000, kind: 'listener-leak' });
    expect(others.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });
});

describe('a limit', () => {
  /** `count` pages in a collection of `owner`, which is in `pages`. */
  function fill(heap: Heap, owner: number, field: string, count = 3000): void {
    const list = heap.add(owner, ['property', field], object('Array'));
    for (let i = 0; i < count; i++) heap.add(list, ['element', i], object('Page', 200));
  }

  it('is read from the shape of an object, though it has a field “map” of its own', async () => {
    const { heap, global } = withGlobal();
    const cache = heap.add(global, ['property', 'pages'], object('PageCache'));
    fill(heap, cache, 'map');
    const shape = heap.add(cache, ['internal', 'map'], { type: 'hidden', name: 'system / Map' });
    const descriptors = heap.add(shape, ['internal', 'descriptors'], { type: 'hidden', name: 'system / Array' });
    heap.add(descriptors, ['internal', '1'], { type: 'string', name: 'maxEntries', size: 0 });
    const [finding] = await heap.suspects();
    expect(finding).toMatchObject({ severity: 'note', evidence: { class: 'Page', instances: 3000 } });
  });

  it('is where places are linked by arrays of numbers that were made for as many, and not where they are for fewer', async () => {
    for (const places of [3000, 300]) {
      const { heap, global } = withGlobal();
      const cache = heap.add(global, ['property', 'pages'], object('u'));
      fill(heap, cache, '#t');
      for (const field of ['#l', '#u']) {
        const numbers = heap.add(cache, ['property', field], object('Uint16Array', 100));
        heap.add(numbers, ['internal', 'data'], object('system / JSArrayBufferData', 2 * places));
      }
      const [finding] = await heap.suspects();
      expect(finding?.severity).toBe(places === 3000 ? 'note' : 'warning');
    }
  });
});
