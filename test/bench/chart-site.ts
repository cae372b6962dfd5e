import { join } from 'node:path';
import { publishEverything } from '../../functions/hub/publish/publish.ts';
import { analysed, openChartCase } from '../web/chart-cases.ts';
import { writeAssets, writeObjects } from '../web/gallery.ts';
import { memoryHub } from '../web/memory-hub.ts';

/** Analyses the text and publishes an investigation of it into a folder; says how long each step took, in ms. */
export async function publishCharts(folder: string, slug: string, text: string): Promise<Record<string, number>> {
  const assets = await writeAssets(folder, join(process.cwd(), 'dist/web'));
  const hub = memoryHub({ publicUrl: 'http://127.0.0.1', assets });
  const took: Record<string, number> = {};
  let from = performance.now();
  const lap = (name: string): void => {
    took[name] = performance.now() - from;
    from = performance.now();
  };
  const analysis = await analysed(text);
  lap('analysed');
  await openChartCase(hub, slug, 'A million samples', analysis);
  from = performance.now();
  await publishEverything(hub.deps);
  lap('published');
  if (hub.errors.length > 0) throw new Error('publishing failed', { cause: hub.errors[0] });
  await writeObjects(hub.site, folder);
  return took;
}
