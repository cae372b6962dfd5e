import { ANALYSERS } from '../../analysis/registry.ts';
import type { Analysis } from '../../model/analysis.ts';
import { PublicEvidence, type Evidence } from '../../model/evidence.ts';
import type { Investigation } from '../../model/investigation.ts';
import { renderDocument } from '../../../web/document.tsx';
import { EvidencePage, type EvidencePageProps } from '../../../web/pages/evidence.tsx';
import { describeEvidence } from '../../../web/pages/evidence/describe.ts';
import { plainly } from '../../../web/parts/said.tsx';
import type { Deps } from '../deps.ts';
import { siteKeys } from '../keys.ts';
import { splitViews } from './evidence-views.ts';
import { renderMarkdown } from './markdown.ts';
import { htmlFile, jsonFile, sha256, type SiteFile } from './site-file.ts';

/** Bump it when the evidence page changes in a way that old files do not show. */
const EDITION = 3;

/** Changes when anything that the files below are made of does. */
export function evidenceStamp(
  deps: Deps,
  investigation: Investigation,
  record: Evidence,
  compared: readonly Evidence[],
): string {
  const { title, publicToken } = investigation;
  const parts = [EDITION, deps.assets, deps.config.publicUrl, title, publicToken, record, namesOf(compared)];
  return sha256(JSON.stringify(parts));
}

/** The page of one piece of evidence, its analysis, and its larger views: what is linked to comes first. */
export function evidenceFiles(
  deps: Deps,
  investigation: Investigation,
  record: Evidence,
  analysis: Analysis | undefined,
  compared: readonly Evidence[],
): SiteFile[] {
  const { slug, id } = record;
  const { shown, files } = splitViews(slug, id, analysis?.views ?? []);
  const evidence = PublicEvidence.parse(record);
  const props: EvidencePageProps = {
    investigation: { slug, title: investigation.title },
    evidence,
    formatTitle: formatTitle(record.format),
    commentHtml: renderMarkdown(record.comment),
    compared: compared.map((one) => PublicEvidence.parse(one)),
    analysis: analysis && {
      facts: analysis.facts.slice(0, 24),
      findings: analysis.findings.slice(0, 60),
      events: [],
      signatures: [],
      warnings: analysis.warnings.slice(0, 21),
      context: analysis.context,
    },
    views: shown,
    publicToken: investigation.publicToken,
    publicUrl: deps.config.publicUrl,
  };
  const page = renderDocument({
    page: 'evidence',
    component: EvidencePage,
    props,
    title: `${evidence.name}: ${investigation.title}`,
    description: plainly(describeEvidence(evidence, props.formatTitle, props.analysis)),
    url: `${deps.config.publicUrl}/i/${slug}/evidence/${id}/`,
    image: `${deps.config.publicUrl}/${siteKeys.preview(slug)}`,
    feedUrl: `/${siteKeys.feed(slug)}`,
    assets: deps.assets,
  });
  return [
    ...files,
    ...(analysis ? [jsonFile(siteKeys.analysis(slug, id), analysis)] : []),
    htmlFile(siteKeys.evidence(slug, id), page),
  ];
}

const namesOf = (compared: readonly Evidence[]): unknown => compared.map(({ id, version }) => [id, version]);

export function formatTitle(format: string | undefined): string {
  if (format === undefined) return '';
  return ANALYSERS.find((analyser) => analyser.format === format)?.title ?? format;
}
