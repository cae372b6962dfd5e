import type { VNode } from 'preact';
import type { CaseDocument } from '../../functions/model/case.ts';
import type { TableView } from '../../functions/model/view.ts';
import { Section } from '../parts/section.tsx';
import { Shell } from '../parts/shell.tsx';
import { Table } from '../views/table/table.tsx';
import { Answer } from './investigation/answer.tsx';
import { EvidenceTable } from './investigation/evidence-table.tsx';
import { Findings } from './investigation/findings.tsx';
import { Ledger } from './investigation/ledger.tsx';
import { Next } from './investigation/next.tsx';
import { useFreshCase } from './investigation/refresh.ts';
import { Discussion, Subscribe, Updates } from './investigation/talk.tsx';
import { Timeline } from './investigation/timeline.tsx';

export interface InvestigationPageProps {
  readonly data: CaseDocument;
  readonly publicUrl: string;
}

/** People know evidence by its name, the matrix by its id. */
function withNames(view: TableView, data: CaseDocument): TableView {
  const names = new Map<unknown, string>(data.evidence.map((one) => [one.id, one.name]));
  return { ...view, rows: view.rows.map((row) => row.map((cell) => names.get(cell) ?? cell)) };
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
      {data.versionMatrix && (
        <Section id="versions" title="Versions">
          <Table view={withNames(data.versionMatrix, data)} untitled />
        </Section>
      )}
      <EvidenceTable data={data} />
      <Updates data={data} />
      <Discussion data={data} />
      <Subscribe data={data} />
    </Shell>
  );
}
