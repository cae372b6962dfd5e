import type { TreeView, View } from '../../model/view.ts';
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
      return largestOf(view);
    case 'path':
    case 'histogram':
      return undefined;
  }
}

/** The nodes with the largest numbers in the last column, each with its way to the root. */
function largestOf(view: TreeView): TreeView | undefined {
  const sizes = view.values.at(-1);
  if (!sizes) return undefined;
  const size = (i: number): number => sizes[i] ?? 0;
  const order = view.parents.map((_, i) => i).sort((a, b) => size(b) - size(a) || a - b);
  const placeOf = new Map<number, number>([[-1, -1]]);
  const kept = order.slice(0, HEAD_ROWS).sort((a, b) => a - b);
  const whole = kept.filter((i) => {
    // Parents come first: one that was left out takes what is below it along.
    const isRooted = placeOf.has(view.parents[i] ?? -1);
    if (isRooted) placeOf.set(i, placeOf.size - 1);
    return isRooted;
  });
  return {
    ...view,
    parents: whole.map((i) => placeOf.get(view.parents[i] ?? -1) ?? -1),
    labels: whole.map((i) => view.labels[i] ?? ''),
    values: view.values.map((column) => whole.map((i) => column[i] ?? null)),
    note: `The largest ${whole.length} of ${view.parents.length} nodes.`,
  };
}
