import { foldCase } from '../../analysis/casework/fold-case.ts';
import { CaseSummary } from '../../model/case.ts';
import { isAppError } from '../../model/error.ts';
import { renderDocument } from '../../../web/document.tsx';
import { thinChart } from '../../../web/draw/thin-chart.ts';
import { HomePage } from '../../../web/pages/home.tsx';
import type { Deps } from '../deps.ts';
import { INVESTIGATIONS, siteKeys } from '../keys.ts';
import { caseFiles } from './case-files.ts';
import { publishTiers } from './chart-tiers.ts';
import { evidenceFiles, evidenceStamp } from './evidence-files.ts';
import { homeFeed } from './feed.ts';
import { renderMarkdown } from './markdown.ts';
import { withPeoplesMarks } from './people-marks.ts';
import { readAnalysis } from './read-analysis.ts';
import { readPublicCase } from './read-case.ts';
import { actingPages, sendPage } from './shells.ts';
import { htmlFile, jsonFile, otherFile, type SiteFile } from './site-file.ts';
import { readPublished, writeSite } from './write-site.ts';

/** Pages are written as soon as they have so many characters: after a deployment all are new, and together they may be gigabytes. */
const WRITTEN_AT_ONCE = 16_000_000;

/** Step 4 of the data's way: records + analyses -> one case -> files of the site. Running it twice changes nothing. */
export async function publishInvestigation(deps: Deps, slug: string): Promise<void> {
  const listKey = siteKeys.published(slug);
  let before = await readPublished(deps.site, listKey);
  const input = await readPublicCase(deps, slug);
  if (!input) {
    await writeSite(deps.site, listKey, before, { files: [], kept: [], stamps: {} });
    return;
  }
  const records = new Map(input.evidence.map(({ record }) => [record.id, record]));
  const standing = Map.groupBy(Object.keys(before.files), (key) => siteKeys.evidenceIdOf(slug, key));
  const mayStand = [...standing].flatMap(([id, keys]) => (id === undefined || records.has(id) ? keys : []));
  const kept: string[] = [];
  const stamps: Record<string, string> = {};
  let files: SiteFile[] = [];
  for (const { record } of input.evidence) {
    const { id, comparedIds = [] } = record;
    const compared = comparedIds.flatMap((each) => records.get(each) ?? []);
    const stamp = evidenceStamp(deps, input.investigation, record, compared);
    const known = standing.get(id);
    stamps[id] = stamp;
    if (before.stamps[id] === stamp && known) {
      kept.push(...known);
      continue;
    }
    const analysis = record.analysisKey === undefined ? undefined : await readAnalysis(deps, record.analysisKey);
    files.push(...evidenceFiles(deps, input.investigation, record, analysis, compared));
    if (files.reduce((sum, { body }) => sum + body.length, 0) < WRITTEN_AT_ONCE) continue;
    kept.push(...files.map(({ key }) => key));
    const change = { files, kept: [...mayStand, ...kept], stamps: { ...before.stamps, ...stamps } };
    before = (await writeSite(deps.site, listKey, before, change)).published;
    files = [];
  }
  const folded = foldCase(input, renderMarkdown);
  const tiered = folded.chart && publishTiers(folded.chart, (hash) => siteKeys.chartPiece(slug, hash));
  const data = { ...folded, ...(tiered && { chart: withPeoplesMarks(thinChart(tiered.view), folded) }) };
  files.push(...(tiered?.files ?? []), sendPage(deps, input.investigation), ...caseFiles(deps, data));
  const { written, deleted } = await writeSite(deps.site, listKey, before, { files, kept, stamps });
  deps.log.info('published', { slug, written, deleted });
}

/** The list of investigations. It reads their summaries from the site, so it costs one small read each. */
export async function publishHome(deps: Deps): Promise<void> {
  const cases: CaseSummary[] = [];
  for (const slug of await allSlugs(deps)) {
    const summary = (await readSummary(deps, slug)) ?? (await publishedNow(deps, slug));
    if (summary) cases.push(summary);
  }
  cases.sort((a, b) => b.updatedAtMs - a.updatedAtMs || (a.slug < b.slug ? -1 : 1));
  const { publicUrl } = deps.config;
  const props = { cases, publicUrl };
  const page = renderDocument({
    page: 'home',
    component: HomePage,
    props,
    title: 'Casebook: memory-leak investigations',
    description:
      'Is it a leak, in which memory, and who holds it: investigations in the open, from evidence anyone can send.',
    url: `${publicUrl}/`,
    feedUrl: `/${siteKeys.homeFeed}`,
    assets: deps.assets,
  });
  const files = [
    ...actingPages(deps),
    otherFile(siteKeys.homeFeed, 'application/atom+xml; charset=utf-8', homeFeed(cases, publicUrl)),
    htmlFile(siteKeys.home, page),
    jsonFile(siteKeys.homeData, { schema: 1, cases }),
  ];
  const before = await readPublished(deps.site, siteKeys.homePublished);
  await writeSite(deps.site, siteKeys.homePublished, before, { files, kept: [], stamps: {} });
}

/** After a deployment every page names the new script and style. */
export async function publishEverything(deps: Deps): Promise<void> {
  for (const slug of await allSlugs(deps)) await publishInvestigation(deps, slug);
  await publishHome(deps);
}

async function allSlugs(deps: Deps): Promise<string[]> {
  const slugs: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await deps.records.query(INVESTIGATIONS, '', { limit: 1000, cursor });
    slugs.push(...page.records.map((record) => record.sort));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return slugs;
}

async function readSummary(deps: Deps, slug: string): Promise<CaseSummary | undefined> {
  try {
    return CaseSummary.parse(JSON.parse(new TextDecoder().decode(await deps.site.read(siteKeys.summary(slug)))));
  } catch (error) {
    if (isAppError(error) && error.code !== 'not-found') throw error;
    return undefined;
  }
}

async function publishedNow(deps: Deps, slug: string): Promise<CaseSummary | undefined> {
  await publishInvestigation(deps, slug);
  return readSummary(deps, slug);
}
