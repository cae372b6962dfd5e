import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hprof } from '../../../../functions/analysis/formats/hprof/index.ts';
import { analyse } from '../../../../functions/analysis/run.ts';
import { Analysis } from '../../../../functions/model/analysis.ts';
import { AppError } from '../../../../functions/model/error.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { analyseDump, dumpBytes, factOf, histogramOf } from './analyse-dump.ts';
import { DumpWriter, number, ordersDump, type Options } from './build-dump.ts';

describe('heap dumps', () => {
  it.each<[string, Options]>([
    ['segments, 8-byte ids', {}],
    ['one record, 4-byte ids', { idBytes: 4, shape: 'dump' }],
    ['a record without a length', { shape: 'no-length' }],
    ['addresses out of order', { descending: true }],
    ['addresses far apart', { stride: 2 ** 33 }],
    ['ids that are not aligned', { stride: 65 }],
  ])('%s: objects, edges, and who holds them', async (_name, options) => {
    const analysis = Analysis.parse(await analyseDump(ordersDump(options)));
    expect(factOf(analysis, 'objects')).toBe(401);
    expect(factOf(analysis, 'classes')).toBe(6);
    expect(analysis.warnings).toEqual([]);
    const rows = histogramOf(analysis);
    expect(rows.get('com.x.Order')).toMatchObject({ instances: 200, shallowBytes: 200 * 16 });
    expect(rows.get('byte[]')).toMatchObject({ instances: 200 });
    expect(rows.get('com.x.Order[]')).toMatchObject({ instances: 1 });
    expect(analysis.findings).toHaveLength(1);
    expect(analysis.findings[0]!.evidence).toMatchObject({
      class: 'com.x.Order',
      instances: 200,
      kind: 'unbounded-cache',
      path: [
        { name: 'class com.x.Cache', via: '' },
        { name: 'com.x.Order[]', via: 'static TABLE' },
        { name: 'com.x.Order', via: '[…]' },
      ],
    });
  });

  it.each([1, 7, 1000])('are the same in chunks of %d bytes', async (chunkBytes) => {
    expect(await analyseDump(ordersDump(), chunkBytes)).toEqual(await analyseDump(ordersDump()));
  });

  it('recognises itself by content', () => {
    expect(hprof.detect(ordersDump().subarray(0, 64), 'a.bin')).toBe('yes');
    expect(hprof.detect(new TextEncoder().encode('JAVA PROFILE, a text'), 'a.hprof')).toBe('no');
  });

  it("reads Android's records", async () => {
    const writer = new DumpWriter(4, '1.0.3');
    const heap = writer.name('app');
    writer.loadClass(1, 0x120, 'java.lang.Class').loadClass(2, 0x100, 'com.x.Thing');
    writer.record(0x1c, [
      ...[0xfe, 0, 0, 0, 65, ...writer.id(heap)],
      ...writer.root(0x89, 0x2000),
      ...writer.root(0x8e, 0x2000, 0, 0, 0, 1, 0, 0, 0, 0),
      ...writer.root(0x90, 0x3000),
      ...writer.classDump(0x120, 0, [], []),
      ...writer.classDump(0x100, 0, [], []),
      ...writer.instance(0x2000, 0x100, []),
      ...[0xc3, ...writer.id(0x3000), 0, 0, 0, 0, 0, 0, 0, 9, 8],
    ]);
    const analysis = await analyseDump(writer.bytes());
    expect(analysis.warnings).toEqual([]);
    expect(factOf(analysis, 'objects')).toBe(2);
    expect(factOf(analysis, 'gcRoots interned string')).toBe(1);
    expect(histogramOf(analysis).get('byte[]')).toMatchObject({ instances: 1, shallowBytes: 24 });
  });

  it('are compared: what grew and who holds it', async () => {
    const sources = [200, 400, 600].map((orders) => sourceOf(ordersDump({ orders })));
    const analysis = Analysis.parse(await hprof.compare?.(sources, testRun()));
    expect(analysis.findings[0]).toMatchObject({
      rule: 'heap/growth',
      evidence: {
        class: 'com.x.Order',
        instancesDelta: 400,
        instances: [200, 400, 600],
        steady: true,
        path: [{ name: 'class com.x.Cache' }, { via: 'static TABLE' }, { name: 'com.x.Order' }],
      },
    });
  });

  it('are compared by what the class grew where a pile was too small to be one', async () => {
    const pile = (arrays: number): Uint8Array => {
      const writer = new DumpWriter(8);
      const kept = writer.name('KEPT');
      writer
        .loadClass(1, 0x100, 'java/lang/Object')
        .loadClass(2, 0x110, '[Ljava/lang/Object;')
        .loadClass(3, 0x120, 'com/x/Cache');
      const ids = Array.from({ length: arrays }, (_, i) => 0x10000 + i * 4096);
      const contents = new Array<number>(2000).fill(1);
      writer.record(0x1c, [
        ...writer.root(0x05, 0x120),
        ...writer.classDump(0x100, 0, [], []),
        ...writer.classDump(0x110, 0x100, [], []),
        ...writer.classDump(0x120, 0x100, [[kept, 0x8000]], []),
        ...writer.objectArray(0x8000, 0x110, [...ids, 0]),
        ...ids.flatMap((id) => writer.byteArray(id, contents)),
      ]);
      return writer.bytes();
    };
    const sources = [50, 150, 250].map((arrays) => sourceOf(pile(arrays)));
    const analysis = Analysis.parse(await hprof.compare?.(sources, testRun()));
    expect(analysis.findings[0]?.evidence).toMatchObject({ class: 'byte[]', instances: [50, 150, 250], steady: true });
  });

  it('count collections of the JDK, those with a name of their own too', async () => {
    const writer = new DumpWriter(8);
    const [size, table] = [writer.name('size'), writer.name('table')];
    writer
      .loadClass(1, 0x100, 'java/lang/Object')
      .loadClass(2, 0x110, 'java/util/HashMap')
      .loadClass(3, 0x120, 'com/x/OrderCache')
      .loadClass(4, 0x130, '[Ljava/lang/Object;');
    const map = (id: number, classId: number, own: readonly number[], entries: number, array: number): number[] =>
      writer.instance(id, classId, [...own, ...number(entries, 4), ...writer.id(array)]);
    writer.record(0x1c, [
      ...writer.root(0x05, 0x110),
      ...writer.classDump(0x100, 0, [], []),
      ...writer.classDump(
        0x110,
        0x100,
        [],
        [
          [size, 10],
          [table, 2],
        ],
      ),
      ...writer.classDump(0x120, 0x110, [], [[size, 10]]),
      ...writer.classDump(0x130, 0x100, [], []),
      ...writer.objectArray(0x4000, 0x130, new Array<number>(16).fill(0)),
      ...map(0x1000, 0x110, [], 0, 0),
      ...map(0x1100, 0x110, [], 4, 0x4000),
      ...map(0x1200, 0x120, number(77, 4), 12, 0x4000),
    ]);
    const view = (await analyseDump(writer.bytes())).views.find(({ name }) => name === 'collections');
    expect(view?.kind === 'table' && view.rows).toEqual([
      ['com.x.OrderCache', 1, 0, 12, 16, 75],
      ['java.util.HashMap', 2, 1, 4, 16, 25],
    ]);
  });

  it('count open files, and the memory outside of the heap that buffers own', async () => {
    const writer = new DumpWriter(8);
    const [fd, capacity, att] = [writer.name('fd'), writer.name('capacity'), writer.name('att')];
    writer
      .loadClass(1, 0x100, 'java/lang/Object')
      .loadClass(2, 0x110, 'java/io/FileDescriptor')
      .loadClass(3, 0x120, 'java/nio/Buffer')
      .loadClass(4, 0x130, 'java/nio/DirectByteBuffer');
    const buffer = (id: number, bytes: number, owner: number): number[] =>
      writer.instance(id, 0x130, [...writer.id(owner), ...number(bytes, 4)]);
    writer.record(0x1c, [
      ...writer.root(0x05, 0x110),
      ...writer.classDump(0x100, 0, [], []),
      ...writer.classDump(0x110, 0x100, [], [[fd, 10]]),
      ...writer.classDump(0x120, 0x100, [], [[capacity, 10]]),
      ...writer.classDump(0x130, 0x120, [], [[att, 2]]),
      ...[0, 7, 0xffff_ffff].flatMap((value, i) => writer.instance(0x1000 + i * 64, 0x110, number(value, 4))),
      ...buffer(0x2000, 1_000_000, 0),
      ...buffer(0x2100, 500_000, 0),
      ...buffer(0x2200, 1_000_000, 0x2000),
    ]);
    const analysis = await analyseDump(writer.bytes());
    expect(factOf(analysis, 'openFileDescriptors')).toBe(2);
    expect(factOf(analysis, 'directBuffers')).toBe(2);
    expect(factOf(analysis, 'directBufferBytes')).toBe(1_500_000);
  });

  it('are counted where their graph does not fit the memory', async () => {
    const whole = await analyseDump(ordersDump());
    const run = testRun({ limits: { memoryBytes: 90 * 100 } });
    const counted = Analysis.parse(await hprof.analyse(sourceOf(ordersDump()), run));
    expect(counted.warnings.join()).toContain('classes were counted only');
    expect(factOf(counted, 'objects')).toBe(401);
    expect(factOf(counted, 'shallowBytes')).toBe(factOf(whole, 'shallowBytes'));
    expect(counted.findings).toEqual([]);
    await expect(hprof.compare?.([sourceOf(ordersDump()), sourceOf(ordersDump())], run)).rejects.toMatchObject({
      code: 'too-large',
    });
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    controller.abort();
    const run = testRun({ signal: controller.signal });
    await expect(hprof.analyse(sourceOf(ordersDump()), run)).rejects.toMatchObject({ code: 'aborted' });
  });

  it('keeps the part of a truncated dump that can be read', async () => {
    const whole = ordersDump();
    const analysis = await analyseDump(whole.subarray(0, Math.floor(whole.length * 0.6)));
    expect(analysis.warnings.join()).toContain('ends');
    expect(Number(factOf(analysis, 'objects'))).toBeGreaterThan(200);
  });

  it('says of a dump that ends before its roots what cannot be told, and not that all is garbage', async () => {
    const whole = ordersDump({ rootsLast: true });
    const analysis = await analyseDump(whole.subarray(0, Math.floor(whole.length * 0.6)));
    // Nobody can say what of it is garbage, and classes are told apart by their own bytes.
    expect(analysis.warnings.join()).toContain('The roots, which stand last, are missing');
    expect(analysis.facts.map(({ name }) => name)).not.toContain('unreachableBytes');
    const histogram = analysis.views.find(({ name }) => name === 'histogram');
    const shallow = histogram?.kind === 'table' ? histogram.rows.map((row) => Number(row[2])) : [];
    expect(shallow).toEqual([...shallow].sort((a, b) => b - a));
    expect(shallow.length).toBeGreaterThan(1);
  });

  it('survives every truncation and mutation', async () => {
    const whole = ordersDump({ orders: 40 });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length),
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }),
        async (length, changes) => {
          const bytes = whole.slice(0, length % 3 === 0 ? length : whole.length);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          try {
            Analysis.parse(await analyseDump(bytes));
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
          }
        },
      ),
      { numRuns: 400 },
    );
  }, 60_000);

  it.each([
    ['a tag that does not exist', 31, 0x77],
    ['a length beyond the file', 36, 0xff],
  ])('reads on behind %s', async (_name, at, value) => {
    const bytes = ordersDump();
    bytes[at] = value;
    const analysis = await analyseDump(bytes);
    expect(factOf(analysis, 'objects')).toBe(401);
    expect(analysis.warnings.join()).toContain('byte 31: record');
  });

  it('does not follow superclasses in a circle', async () => {
    const writer = new DumpWriter();
    writer.loadClass(1, 0x100, 'com.x.A').loadClass(2, 0x110, 'com.x.B');
    writer.record(0x1c, [
      ...writer.classDump(0x100, 0x110, [], []),
      ...writer.classDump(0x110, 0x100, [], []),
      ...writer.instance(0x2000, 0x100, []),
    ]);
    expect(histogramOf(await analyseDump(writer.bytes())).get('com.x.A')).toMatchObject({ instances: 1 });
  });
});

const hostile = sharedPath('fixtures', 'hostile');

describe.skipIf(hostile === undefined)('hostile files', () => {
  it.each(['header_only.hprof', 'id_size_0.hprof'])('%s is refused as corrupt', async (file) => {
    await expect(analyseDump(dumpBytes(`${hostile ?? ''}/${file}`))).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('truncated_60pct.hprof gives what it has, and says so', async () => {
    const analysis = await analyseDump(dumpBytes(`${hostile ?? ''}/truncated_60pct.hprof`));
    expect(analysis.warnings.join()).toMatch(/ends .* at byte 426048/);
    expect(Number(factOf(analysis, 'objects'))).toBeGreaterThan(500);
  });

  it.each(['truncated.hprof.gz', 'hprof_named.heapsnapshot', 'png_named.hprof'])(
    '%s ends in a warning or a refusal',
    async (file) => {
      const path = `${hostile ?? ''}/${file}`;
      expect(existsSync(path)).toBe(true);
      try {
        const analysis = await analyse(sourceOf(readFileSync(path)), file, testRun());
        expect(analysis.format).toBe('hprof');
        expect(analysis.warnings.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    },
  );
});
