import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { describeReading } from './records-reading.ts';
import { describeExpiry } from './records-expiry.ts';
import { describeWriting } from './records-writing.ts';
import { recordsLanes } from './records-lanes.ts';
import type { Records } from '../../functions/platform/records/records.ts';

/** What a suite gets: an empty table for each test, and the clock it runs by. */
export interface RecordsBench {
  records: Records;
  nowMs: number;
}

for (const lane of recordsLanes) {
  describe.skipIf(!lane.enabled)(`records: ${lane.name}`, { timeout: 180_000 }, () => {
    let store: Awaited<ReturnType<typeof lane.start>>;
    const bench = { nowMs: 0 } as RecordsBench; // `records` is set before each test
    beforeAll(async () => {
      store = await lane.start();
    }, 120_000);
    beforeEach(async () => {
      bench.nowMs = Date.now();
      bench.records = await store.open(() => bench.nowMs);
    });
    afterAll(() => store.stop());

    describeWriting(bench);
    describeReading(bench);
    describeExpiry(bench);
  });
}
