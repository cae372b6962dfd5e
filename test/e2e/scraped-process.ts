import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A program of its own that a Prometheus can scrape: `node scraped-process.ts leaking|steady`. It serves requests that it makes up,
 * keeps what each of them brought or drops it, and prints the port of its /metrics, whose names are those of prom-client.
 */
const keeps = process.argv[2] === 'leaking';
/** 40 requests a second: some 2 MB of heap a second are kept. */
const EVERY_MS = 25;
const ENTRIES = 180;

interface Visit {
  readonly id: string;
  readonly notes: string;
}

const sessions = new Map<number, readonly Visit[]>();
let served = 0;
setInterval(() => {
  const visits = Array.from({ length: ENTRIES }, (_, i) => ({
    id: `${served}-${i}`,
    notes: JSON.stringify({ of: served, i }).padEnd(60, '.'),
  }));
  sessions.set(served, visits);
  if (!keeps) sessions.delete(served - 50);
  served++;
}, EVERY_MS);

const metrics = createServer((_, response) => {
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  const gauges = {
    process_resident_memory_bytes: rss,
    nodejs_heap_size_total_bytes: heapTotal,
    nodejs_heap_size_used_bytes: heapUsed,
    nodejs_external_memory_bytes: external,
  };
  response.setHeader('content-type', 'text/plain; version=0.0.4');
  response.end(
    Object.entries(gauges)
      .map(([name, value]) => `# TYPE ${name} gauge\n${name} ${value}\n`)
      .join(''),
  );
});
metrics.listen(0, '127.0.0.1', () => {
  const { port } = metrics.address() as AddressInfo; // it listens on TCP, so not a pipe's name
  process.stdout.write(`${port}\n`);
});
