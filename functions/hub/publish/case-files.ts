import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { CaseDocument, CaseSummary } from '../../model/case.ts';
import { sparkOf } from '../../../web/draw/chart-shape.ts';
import { ChartSvg } from '../../../web/draw/chart-svg.tsx';
import { renderDocument } from '../../../web/document.tsx';
import { InvestigationPage } from '../../../web/pages/investigation.tsx';
import { plainly } from '../../../web/parts/said.tsx';
import type { Deps } from '../deps.ts';
import { siteKeys } from '../keys.ts';
import { caseFeed } from './feed.ts';
import { previewPng } from './preview.ts';
import { htmlFile, jsonFile, otherFile, type SiteFile } from './site-file.ts';

const CHART_WIDTH = 960;
const CHART_HEIGHT = 400;

/** The files of one investigation, what is linked to first: `data.json` last but one, since open pages follow it. */
export function caseFiles(deps: Deps, data: CaseDocument): SiteFile[] {
  const { slug, title } = data.investigation;
  const { publicUrl } = deps.config;
  const props = { data, publicUrl };
  const page = renderDocument({
    page: 'investigation',
    component: InvestigationPage,
    props,
    title: `${title}: ${data.investigation.product}`,
    description: plainly(data.verdict.sentence),
    url: `${publicUrl}/i/${slug}/`,
    image: `${publicUrl}/${siteKeys.preview(slug)}`,
    feedUrl: `/${siteKeys.feed(slug)}`,
    assets: deps.assets,
  });
  return [
    ...(data.chart ? [otherFile(siteKeys.chart(slug), 'image/svg+xml', chartFile(data.chart))] : []),
    otherFile(siteKeys.preview(slug), 'image/png', previewPng(data)),
    otherFile(siteKeys.feed(slug), 'application/atom+xml; charset=utf-8', caseFeed(data, publicUrl)),
    htmlFile(siteKeys.investigation(slug), page),
    jsonFile(siteKeys.data(slug), data),
    jsonFile(siteKeys.summary(slug), summaryOf(data)),
  ];
}

function chartFile(chart: NonNullable<CaseDocument['chart']>): string {
  return renderToString(h(ChartSvg, { view: chart, alone: CHART_WIDTH, height: CHART_HEIGHT }));
}

export function summaryOf(data: CaseDocument): CaseSummary {
  const { slug, title, product, versions, status } = data.investigation;
  return {
    slug,
    title,
    product,
    versions,
    status,
    verdict: data.verdict,
    evidenceCount: data.evidence.length,
    openSteps: data.steps.filter((step) => step.state === 'open' || step.state === 'doing').length,
    updatedAtMs: data.updatedAtMs,
    spark: data.chart ? sparkOf(data.chart) : [],
  };
}
