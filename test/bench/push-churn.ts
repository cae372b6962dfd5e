/**
 * Pods that change their names: what one compaction and one analysis of so many series take, each in a process of its own.
 * `node test/bench/push-churn.ts [series] [scrapes of each]`, 2,000 series at a time; after `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAM } from '../e2e/server.ts';
import { openTestHub } from '../hub/test-hub.ts';
import { joinSegments, putSegment } from '../../functions/hub/push/push-objects.ts';
import { readWritePush } from '../../functions/hub/push/read-push.ts';
import { bodyMaker } from './push-bodies.ts';

const [series = 100_000, churn = 20] = process.argv.slice(2).map(Number);
const shape = { batchSamples: 2000, churn };
const [SLUG, ID] = ['bench', '0'.repeat(19)];
const headers = { contentType: 'application/x-protobuf', contentEncoding: 'snappy' };

const hub = await openTestHub();
const folder = mkdtempSync(join(tmpdir(), 'casebook-churn-'));
try {
  const make = bodyMaker(shape, 0);
  let sentBytes = 0;
  const bodies = Math.ceil(series / shape.batchSamples) * (churn + 1);
  for (let turn = 0; turn < bodies; turn++) {
    const { push } = readWritePush(make(turn), headers);
    sentBytes += push.body.length;
    hub.clock.nowMs += 1000;
    await putSegment(hub.deps, SLUG, ID, [push]);
  }
  globalThis.gc?.();
  const before = { cpu: process.cpuUsage(), bytes: process.memoryUsage.rss() };
  let peakBytes = 0;
  const watch = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())), 50);
  const joined = await joinSegments(hub.deps, SLUG, ID);
  clearInterval(watch);
  const { user, system } = process.cpuUsage(before.cpu);
  if (!joined || joined.more) throw new Error('one compaction did not take all of it');
  process.stdout.write(
    `${series} series of ${churn} samples and a stale marker, ${(sentBytes / 1e6).toFixed(0)} MB pushed: ${(joined.info.sizeBytes / 1e6).toFixed(1)} MB compacted\n` +
      `compaction: ${((user + system) / 1e6).toFixed(1)} s of processor time, ${((peakBytes - before.bytes) / 1e6).toFixed(0)} MB more than before it\n`,
  );
  const file = join(folder, 'pushes.log');
  writeFileSync(file, await hub.evidence.read(joined.info.key));
  const flags = ['-v', process.execPath, PROGRAM, 'analyse', '--json', file];
  const { stdout, stderr } = spawnSync('/usr/bin/time', flags, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const said = (name: string): number => Number(new RegExp(`${name}[^:]*: ([0-9.]+)`).exec(stderr)?.[1]);
  const cpuS = said('User time') + said('System time');
  process.stdout.write(
    `analysis: ${cpuS.toFixed(1)} s of processor time, ${(said('Maximum resident') / 1e3).toFixed(0)} MB, an Analysis of ${(stdout.length / 1e6).toFixed(1)} MB\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
  await hub.close();
}
