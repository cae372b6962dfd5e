import { describe, expect, it } from 'vitest';
import { v8HeapSnapshot } from '../../../../functions/analysis/formats/v8-heapsnapshot/index.ts';
import type { ByteSource } from '../../../../functions/analysis/analyser.ts';
import { testRun } from '../../test-run.ts';
import { Heap, object, withGlobal } from './plain-heap.ts';

describe('who holds what piles up', () => {
  it('is a global variable in a page of Chrome that has no edge to its global object', async () => {
    const heap = new Heap();
    const roots = heap.add(0, ['element', 1], { type: 'synthetic', name: '(GC roots)', size: 0 });
    const handles = heap.add(roots, ['element', 9], { type: 'synthetic', name: '(Global handles)', size: 0 });
    const context = heap.add(handles, ['internal', '5 / context'], object('system / NativeContext / https://a.b'));
    const page = heap.add(context, ['internal', 'global_object'], object('Window [JSGlobalObject] / https://a.b'));
    // As many as a real page has: they are variables, and not the keys of a map.
    for (let i = 0; i < 300; i++) heap.add(page, ['property', `api${i}`], { type: 'closure', name: `api${i}` });
    const rows = heap.add(page, ['property', 'rows'], object('Array'));
    for (let i = 0; i < 5000; i++) heap.add(rows, ['element', i], object('Row', 100));
    const [finding] = await heap.suspects();
    expect(finding).toMatchObject({ severity: 'warning', evidence: { holder: 'globalThis.rows (Array)' } });
    expect(finding?.title).toMatch(/, held by globalThis\.rows \(an Array\)$/);
  });

  it('is a variable that an ES module exports', async () => {
    const { heap, global } = withGlobal();
    const wrap = heap.add(global, ['property', 'entry'], object('ModuleWrap'));
    const module = heap.add(wrap, ['internal', '2'], { type: 'hidden', name: 'system / SourceTextModule' });
    const exported = heap.add(module, ['hidden', 0], { type: 'array', name: '' });
    heap.add(exported, ['internal', '7'], { type: 'string', name: 'cache' });
    const cell = heap.add(exported, ['internal', '8'], { type: 'hidden', name: 'system / Cell' });
    const list = heap.add(cell, ['internal', 'value'], object('Array'));
    for (let i = 0; i < 5000; i++) heap.add(list, ['element', i], object('Session', 100));
    expect((await heap.suspects())[0]?.title).toMatch(/, held by the variable cache \(an Array\)$/);
  });

  it('keeps the keys of an object that is used as a map to itself', async () => {
    const { heap, global } = withGlobal();
    const map = heap.add(global, ['property', 'byMail'], object('Object'));
    for (let i = 0; i < 5000; i++) heap.add(map, ['property', `anna${i}@example.com`], object('Session', 100));
    const [finding] = await heap.suspects();
    expect(finding?.evidence).toMatchObject({ kind: 'unbounded-cache', holder: 'globalThis.byMail (Object)' });
    expect(JSON.stringify(finding)).not.toContain('anna');
  });

  it('are the variables of a running function, by the class of the object that no variable names', async () => {
    const heap = withGlobal().heap;
    const roots = heap.add(0, ['element', 1], { type: 'synthetic', name: '(GC roots)', size: 0 });
    const stack = heap.add(roots, ['element', 9], { type: 'synthetic', name: '(Isolate)', size: 0 });
    const list = heap.add(heap.add(stack, ['element', 1], object('Api')), ['property', 'sessions'], object('Array'));
    for (let i = 0; i < 5000; i++) heap.add(list, ['element', i], object('Session', 100));
    expect((await heap.suspects())[0]?.title).toMatch(
      /, held by Api\.sessions in a variable of a running function \(an Array\)$/,
    );
  });
});

describe('what piles up', () => {
  it('are the jobs that promises wait for, though each waits by two promises', async () => {
    const { heap, global } = withGlobal();
    const table = heap.add(heap.add(global, ['property', 'pending'], object('Map')), ['internal', 'table'], {
      type: 'array',
      name: '',
    });
    for (let i = 0; i < 1000; i++) {
      const both = heap.add(table, ['internal', String(i)], object('Object'));
      const resolve = heap.add(both, ['property', 'resolve'], { type: 'closure', name: '', size: 64 });
      heap.add(both, ['property', 'reject'], { type: 'closure', name: '', size: 64 });
      const first = heap.add(resolve, ['internal', 'promise'], object('Promise'));
      const second = heap.add(first, ['internal', 'reaction'], object('Promise'));
      heap.add(second, ['context', 'job'], object('Job', 150));
    }
    heap.add(global, ['property', 'ready'], object('Promise'));
    const [finding] = await heap.suspects();
    expect(finding?.evidence).toMatchObject({ class: 'Job', instances: 1000, kind: 'timers-promises' });
  });

  it('is one FileHandle for each that is open, and not its native half, in one snapshot and between them', async () => {
    const withOpen = (count: number): Heap => {
      const { heap, global } = withGlobal();
      const open = heap.add(global, ['property', 'open'], object('Array'));
      for (let i = 0; i < count; i++)
        heap.add(
          heap.add(open, ['element', i], object('FileHandle', 400)),
          ['property', 'handle'],
          object('FileHandle'),
        );
      return heap;
    };
    const [finding] = await withOpen(400).suspects();
    expect(finding?.evidence).toMatchObject({ class: 'FileHandle', instances: 400, kind: 'unclosed-resources' });
    const { findings } = (await v8HeapSnapshot.compare?.([withOpen(200).source(), withOpen(400).source()], testRun()))!;
    expect(findings[0]?.evidence).toMatchObject({ class: 'FileHandle', instances: [200, 400], instancesDelta: 200 });
  });

  it('is told where as many became larger, or one object did', async () => {
    const round = (bytes: number): ByteSource => {
      const { heap, global } = withGlobal();
      const sessions = heap.add(global, ['property', 'sessions'], object('Array'));
      for (let i = 0; i < 50; i++) {
        const session = heap.add(sessions, ['element', i], object('Session'));
        heap.add(session, ['property', 'history'], { type: 'string', name: `${i}`, size: bytes });
      }
      const ring = heap.add(global, ['property', 'ring'], object('Ring'));
      heap.add(ring, ['property', 'data'], object('Uint8Array', 30 * bytes));
      heap.add(global, ['property', 'fixed'], object('Uint8Array', 100_000));
      return heap.source();
    };
    const { findings } = (await v8HeapSnapshot.compare?.([round(2000), round(4000), round(6000)], testRun()))!;
    expect(findings.map(({ title, severity }) => [title, severity])).toEqual([
      [
        '50 Session objects grow by 0.10 MB a snapshot (+0.20 MB kept alive over 3 snapshots), held by globalThis.sessions (an Array)',
        'warning',
      ],
      [
        '1 Ring object grows by 60 kB a snapshot (+0.12 MB kept alive over 3 snapshots), held by globalThis.ring (a Ring)',
        'warning',
      ],
    ]);
    expect(findings[1]?.evidence).toMatchObject({
      class: 'Ring',
      instancesDelta: 0,
      retainedBytesDelta: 120_000,
      measure: 'retainedBytes',
      steady: true,
      path: [{}, { name: 'Ring', via: '.ring' }],
    });
  });

  it('is nothing that the text of a program made: functions and tables in the variables of a bundle, texts in some languages', async () => {
    const { heap, global } = withGlobal();
    const bundle = heap.add(global, ['property', 'bundle'], { type: 'closure', name: 'bundle' });
    const context = heap.add(bundle, ['internal', 'context'], object('system / Context'));
    for (let i = 0; i < 4000; i++)
      heap.add(context, ['context', `f${i}`], { type: 'closure', name: `f${i}`, size: 100 });
    for (let i = 0; i < 300; i++) heap.add(context, ['context', `t${i}`], object('Object', 3000));
    const texts = heap.add(global, ['property', 'texts'], object('Object'));
    for (let language = 0; language < 30; language++) {
      const one = heap.add(texts, ['property', `l${language}`], object('Object'));
      for (let i = 0; i < 20; i++)
        heap.add(one, ['property', `k${i}`], { type: 'string', name: `${language} ${i}`, size: 2000 });
    }
    expect((await heap.suspects()).filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  it.each([
    [40, 'note'],
    [2000, 'warning'],
  ])('is a leak where many timers hold it, and work under way where few do: %i', async (timers, severity) => {
    const { heap, global } = withGlobal();
    const list = heap.add(global, ['property', 'timers'], object('TimersList'));
    for (let i = 0; i < timers; i++) {
      const body = heap.add(heap.add(list, ['element', i], object('Timeout')), ['property', 'body'], object('Array'));
      for (let row = 0; row < 8000 / timers; row++) heap.add(body, ['element', row], object('Row', 100));
    }
    const [finding] = await heap.suspects();
    expect(finding).toMatchObject({ severity, evidence: { class: 'Row', kind: 'timers-promises' } });
  });

  it('is found where only the root is above the timers of two lists', async () => {
    const { heap, global } = withGlobal();
    for (const name of ['first', 'second']) {
      const list = heap.add(global, ['property', name], object('Array'));
      for (let i = 0; i < 1000; i++)
        heap.add(heap.add(list, ['element', i], object('Timeout')), ['property', 'job'], object('Job', 400));
    }
    const [finding] = await heap.suspects();
    expect(finding).toMatchObject({ severity: 'warning', evidence: { instances: 2000, kind: 'timers-promises' } });
  });

  it('is no detached DOM in a process of Node, which marks the native halves of its handles', async () => {
    const { heap, global } = withGlobal();
    const open = heap.add(global, ['property', 'open'], object('Array'));
    for (let i = 0; i < 400; i++)
      heap.add(heap.add(open, ['element', i], object('Connection', 900)), ['internal', 'native'], {
        type: 'native',
        name: 'Node / FileHandle',
        detachedness: 2,
      });
    expect((await heap.suspects()).map(({ evidence }) => evidence['kind'])).toEqual(['unbounded-collection']);
  });

  it('is detached DOM where rows of a list hold removed elements', async () => {
    const { heap, global } = withGlobal();
    const rows = heap.add(global, ['property', 'rows'], object('Array'));
    for (let i = 0; i < 1000; i++)
      heap.add(heap.add(rows, ['element', i], object('RowView', 400)), ['property', 'el'], {
        type: 'native',
        name: '<div>',
        detachedness: 2,
      });
    expect((await heap.suspects())[0]?.evidence).toMatchObject({ class: 'RowView', kind: 'detached-dom' });
  });
});
