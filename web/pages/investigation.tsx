import type { VNode } from 'preact';
import type { CaseDocument } from '../../functions/model/case.ts';
import { Shell } from '../parts/shell.tsx';
import { Answer } from './investigation/answer.tsx';
import { EvidenceTable } from './investigation/evidence-table.tsx';
import { Findings } from './investigation/findings.tsx';
import { Ledger } from './investigation/ledger.tsx';
import { Next } from './investigation/next.tsx';
import { useFreshCase } from './investigation/refresh.ts';
import { Discussion, Subscribe, Updates } from './investigation/talk.tsx';
import { Timeline } from './investigation/timeline.tsx';
import { Versions } from './investigation/versions.tsx';

export interface InvestigationPageProps {
  readonly data: CaseDocument;
  readonly publicUrl: string;
}

/** One investigation, top to bottom: answer, chart, next, findings, then everything it stands on. */
export function InvestigationPage(props: InvestigationPageProps): VNode {
  const data = useFreshCase(props.data);
  return (
    <Shell crumbs={[{ href: '/', name: 'Investigations' }]}>
      <Answer data={data} />
      <Timeline data={data} />
      <Next data={data} publicUrl={props.publicUrl} />
      <Findings data={data} />
      <Ledger data={data} />
      <Versions data={data} />
      <EvidenceTable data={data} />
      <Updates data={data} />
      <Discussion data={data} />
      <Subscribe data={data} />
    </Shell>
  );
}
