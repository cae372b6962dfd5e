import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { filesDoor, UPLOAD_SERVER_OPTIONS } from '../../functions/platform/objects/files-door.ts';
import { openFileObjects } from '../../functions/platform/objects/files.ts';

/** The door alone in a process, which tells its parent the URL to PUT to and, each time it is asked, its peak memory. */
const [dir = '', port = '0', sizeBytes = '0'] = process.argv.slice(2);
const publicUrl = `http://127.0.0.1:${port}/objects`;
const objects = await openFileObjects({ dir, secret: 's'.repeat(32), publicUrl });
const app = new Hono().route('/objects', filesDoor(objects));
let peakBytes = 0;
setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())), 10);
process.on('message', () => {
  process.send?.({ peakBytes });
  peakBytes = 0;
});
serve(
  { fetch: app.fetch, port: Number(port), hostname: '127.0.0.1', serverOptions: UPLOAD_SERVER_OPTIONS },
  () => void announce(),
);

async function announce(): Promise<void> {
  const put = await objects.presignPut('large', { sizeBytes: Number(sizeBytes), expiresInSeconds: 600 });
  const small = await objects.presignPut('small', { sizeBytes: 2 ** 24, expiresInSeconds: 600 });
  const get = await objects.presignGet('large', { expiresInSeconds: 600, downloadName: 'large' });
  process.send?.({ put, get, small });
}
