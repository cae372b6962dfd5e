import type { View } from '../../model/view.ts';
import { layoutFlame } from '../../../web/draw/flame-layout.ts';
import { thinChart } from '../../../web/draw/thin-chart.ts';
import type { ShownView } from '../../../web/pages/evidence/shown.ts';
import { summariseFlame } from '../../../web/views/flame/summary.ts';
import { siteKeys } from '../keys.ts';
import { publishTiers } from './chart-tiers.ts';
import { immutableJson, sha256, type SiteFile } from './site-file.ts';

/** A page holds small views twice (as HTML and as data for hydration); bigger ones are files that it fetches. */
const INLINE_BYTES = 40_000;
const INLINE_BYTES_A_PAGE = 250_000;
const HEAD_ROWS = 100;

export function splitViews(
  slug: string,
  id: string,
  views: readonly View[],
): { shown: ShownView[]; files: SiteFile[] } {
  const shown: ShownView[] = [];
  const files: SiteFile[] = [];
  const names = new Set<string>();
  let inlineBytes = 0;
  for (const given of views) {
    const view = tiered({ ...given, name: uniqueName(given.name, names) }, slug, id, files);
    const json = JSON.stringify(view);
    if (json.length <= INLINE_BYTES && inlineBytes + json.length <= INLINE_BYTES_A_PAGE) {
      inlineBytes += json.length;
      shown.push({ view });
      continue;
    }
    const key = siteKeys.view(slug, id, sha256(json));
    files.push(immutableJson(key, json));
    shown.push({
      lazy: {
        name: view.name,
        kind: view.kind,
        title: view.title,
        href: `/${key}`,
        sizeBytes: Buffer.byteLength(json),
      },
      // Of two dozen charts one is looked at first; the others are tabs, and small without script.
      head: headOf(view, !shown.some((one) => 'head' in one && one.head?.kind === 'chart')),
    });
  }
  return { shown, files };
}

/** The pieces of a chart's finer data become files of their own. */
function tiered(view: View, slug: string, id: string, files: SiteFile[]): View {
  if (view.kind !== 'chart') return view;
  const done = publishTiers(view, (hash) => siteKeys.view(slug, id, hash));
  files.push(...done.files);
  return done.view;
}

/** Tabs and addresses go by name; a report may hold two of one name. */
function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let n = 2; taken.has(unique); n++) unique = `${name.slice(0, 58)}-${n}`;
  taken.add(unique);
  return unique;
}

/** What stands in the file for a view that is fetched: enough to read without script. */
function headOf(view: View, first: boolean): View | undefined {
  switch (view.kind) {
    case 'table':
      return {
        ...view,
        rows: view.rows.slice(0, HEAD_ROWS),
        ...(view.rows.length > HEAD_ROWS ? { note: `The first ${HEAD_ROWS} of ${view.rows.length} rows.` } : {}),
      };
    case 'chart':
      return thinChart(view, first ? 4000 : 600);
    case 'flame':
      return summariseFlame(view, layoutFlame(view));
    case 'text':
      return { ...view, text: `${view.text.slice(0, 8000)}\n[...]` };
    case 'tree':
    case 'path':
    case 'histogram':
      return undefined;
  }
}
