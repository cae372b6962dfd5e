/**
 * Chrome DevTools' own model as a whole process: `node devtools.bundle.mjs FILE [OUT]`. `../bundle-devtools.ts` bundles it (npm's
 * chrome-devtools-frontend holds TypeScript only), with the loader and the second thread that the browser uses. With OUT it writes
 * what it knows of every node and class there: JSON, and beside it (`OUT.sizes`) own and retained bytes of each node as 64-bit floats.
 */
import { createReadStream, writeFileSync } from 'node:fs';
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
  const aggregates = Object.values(snapshot.aggregatesWithFilter({}));
  const classes = aggregates.length;
  if (process.argv[3] !== undefined) writeAll(snapshot, aggregates, process.argv[3]);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify({ objects: snapshot.nodeCount, classes, peakBytes })}\n`);
  process.exit(0);
} else {
  parentPort.once('message', (port) => new HeapSnapshot.SecondaryInitManager(port));
}

function writeAll(snapshot, aggregates, out) {
  const { nodeCount, nodes, nodeFieldCount, nodeSelfSizeOffset, retainedSizes } = snapshot;
  const sizes = new Float64Array(2 * nodeCount);
  for (let n = 0; n < nodeCount; n++) sizes[n] = nodes.getValue(n * nodeFieldCount + nodeSelfSizeOffset);
  sizes.set(retainedSizes, nodeCount);
  writeFileSync(`${out}.sizes`, sizes);
  const edgeCount = snapshot.containmentEdges.length / snapshot.edgeFieldsCount;
  const classes = aggregates.map(({ name, count, self, maxRet }) => ({ name, count, self, maxRet }));
  writeFileSync(out, JSON.stringify({ nodeCount, edgeCount, totalSize: snapshot.totalSize, classes }));
}
