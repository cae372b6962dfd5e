import { afterAll, describe, expect, it } from 'vitest';
import type { ByteSource } from '../../../../functions/analysis/analyser.ts';
import { hprof } from '../../../../functions/analysis/formats/hprof/index.ts';
import { startThreads } from '../../../../functions/host/threads.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { factOf } from './analyse-dump.ts';
import { DumpWriter, ordersDump } from './build-dump.ts';

const threads = startThreads();
/** Of the record that ends a dump. */
const RECORD_BYTES = 9;

/** Large enough that threads are asked for help: orders, and behind them segments of arrays that nobody holds. */
const dump = withArrays(ordersDump({ orders: 6000 }));

function withArrays(bytes: Uint8Array): Uint8Array {
  const contents = Array.from({ length: 6000 }, (_, i) => i & 0xff);
  const segments = Array.from({ length: 30 }, (_, segment) => {
    const writer = new DumpWriter();
    const start = writer.bytes().length;
    const arrays = Array.from({ length: 50 }, (__, i) =>
      writer.byteArray(0x7000_0000 + 0x2000 * (50 * segment + i), contents),
    );
    return writer.record(0x1c, arrays.flat()).bytes().subarray(start);
  });
  const end = bytes.length - RECORD_BYTES;
  return Buffer.concat([bytes.subarray(0, end), ...segments, bytes.subarray(end)]);
}

/** As files are read: into memory that is given. */
function readable(bytes: Uint8Array): ByteSource {
  return {
    ...sourceOf(bytes),
    readInto(position, into) {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return Promise.resolve(part.length);
    },
  };
}

function damaged(): Uint8Array {
  const bytes = Uint8Array.from(dump);
  bytes.fill(0xee, bytes.length >> 1, (bytes.length >> 1) + 400);
  return bytes;
}

const CASES: Record<string, Uint8Array> = {
  'in segments': dump,
  'cut in its middle': dump.subarray(0, 8.5 * 2 ** 20),
  'damaged in its middle': damaged(),
};

describe.skipIf(threads === undefined)('an HPROF dump read by several threads', () => {
  afterAll(() => threads?.stop());

  for (const [name, bytes] of Object.entries(CASES))
    it(`${name} is what one thread reads`, async () => {
      expect(bytes.length).toBeGreaterThan(8 << 20);
      const alone = await hprof.analyse(sourceOf(bytes), testRun());
      const together = await hprof.analyse(readable(bytes), { ...testRun(), parallel: threads! });
      expect(together).toEqual(alone);
      expect(factOf(alone, 'objects')).toBeGreaterThan(6000);
    });
});
