/**
 * Chrome DevTools' own model as a whole process: `node devtools.bundle.mjs FILE`. `heap.ts` bundles it (npm's
 * chrome-devtools-frontend holds TypeScript only), with the loader and the second thread that the browser uses.
 */
import { createReadStream } from 'node:fs';
import { isMainThread, MessageChannel, parentPort, Worker } from 'node:worker_threads';
import { HeapSnapshot, HeapSnapshotLoader } from 'devtools-heap-snapshot-worker';

if (isMainThread) {
  const second = new Worker(new URL(import.meta.url));
  const { port1, port2 } = new MessageChannel();
  second.postMessage(port2, [port2]);
  const loader = new HeapSnapshotLoader.HeapSnapshotLoader({ sendEvent: () => undefined });
  const chunks = createReadStream(process.argv[2], { encoding: 'latin1', highWaterMark: 1 << 20 });
  for await (const chunk of chunks) loader.write(chunk);
  loader.close();
  const snapshot = await loader.buildSnapshot(port1);
  const classes = Object.keys(snapshot.aggregatesWithFilter({})).length;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify({ objects: snapshot.nodeCount, classes, peakBytes })}\n`);
  process.exit(0);
} else {
  parentPort.once('message', (port) => new HeapSnapshot.SecondaryInitManager(port));
}
