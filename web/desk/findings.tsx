import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseFinding } from '../../functions/model/case.ts';
import { NewPersonFinding } from '../../functions/model/casework.ts';
import { plural } from '../draw/format.ts';
import { TextArea } from '../form/field.tsx';
import { Problem } from '../form/problem.tsx';
import { Pill, SeverityPill } from '../parts/pill.tsx';
import { Said } from '../parts/said.tsx';
import { FINDING } from './specs.ts';
import { useAction } from './use-action.ts';
import type { Desk } from './use-desk.ts';
import { WorkList } from './work-list.tsx';

/** The machine's findings, to be judged; and people's own. */
export function Findings({ desk }: { readonly desk: Desk }): VNode {
  return (
    <div class="stack">
      <h3>By the analysers</h3>
      {desk.machineFindings.length === 0 ? (
        <p class="quiet measure">
          None yet. What an analyser finds in evidence appears here and on the published page.
        </p>
      ) : (
        <ul class="work-list">
          {desk.machineFindings.map((found) => (
            <MachineFinding key={found.finding.fingerprint} desk={desk} found={found} />
          ))}
        </ul>
      )}
      <h3>By people</h3>
      <WorkList
        desk={desk}
        noun="findings"
        items={desk.findings}
        specs={FINDING}
        schema={NewPersonFinding}
        initial={{ severity: 'note' }}
        add="Add a finding"
        submit="Add it"
        pill={({ severity }) => <SeverityPill severity={severity} />}
        empty="What you found out yourself, with the evidence it stands on."
      />
    </div>
  );
}

type Verdict = 'confirmed' | 'refuted';

function MachineFinding({ desk, found }: { readonly desk: Desk; readonly found: CaseFinding }): VNode {
  const { finding, evidenceIds } = found;
  const [judging, setJudging] = useState<Verdict>();
  const [reason, setReason] = useState('');
  const { run, isBusy, error } = useAction();
  // The desk is fresher than what is published; the last word counts.
  const judgement = desk.judgements.filter(({ fingerprint }) => fingerprint === finding.fingerprint).at(-1);
  const id = `judge-${found.finding.fingerprint.replace(/[^a-z0-9]/gi, '').slice(0, 40)}`;
  const judge = (verdict: Verdict): Promise<boolean> =>
    run(() =>
      judgement
        ? desk.change('judgements', judgement, { judgement: verdict, reason })
        : desk.create('judgements', { fingerprint: finding.fingerprint, judgement: verdict, reason }),
    );
  return (
    <li class="work-item">
      <p class="row">
        <SeverityPill severity={finding.severity} />
        {judgement && (
          <Pill tone={judgement.judgement === 'confirmed' ? 'sound' : 'plain'}>
            {judgement.judgement} by {judgement.by}
          </Pill>
        )}
        {found.reportedBySubmitter && <Pill>reported by the submitter</Pill>}
        <span class="quiet">in {plural(evidenceIds.length, 'submission')}</span>
      </p>
      <h4>
        <Said text={finding.title} />
      </h4>
      {finding.limits !== undefined && (
        <p class="quiet">
          <Said text={finding.limits} />
        </p>
      )}
      {judgement && judgement.reason !== '' && <p class="source-text">{judgement.reason}</p>}
      {judging ? (
        <form
          class="card stack-tight"
          onSubmit={(event) => {
            event.preventDefault();
            void judge(judging).then((done) => {
              if (done) setJudging(undefined);
            });
          }}
        >
          <TextArea
            id={id}
            label={judging === 'confirmed' ? 'What confirms it?' : 'What refutes it?'}
            hint="Shown with the finding, for every submission with this cause. Markdown."
            rows={3}
            value={reason}
            onInput={setReason}
          />
          <div class="row">
            <button type="submit" class="button small primary" disabled={isBusy}>
              {judging === 'confirmed' ? 'Confirm it' : 'Refute it'}
            </button>
            <button type="button" class="button small" onClick={() => setJudging(undefined)}>
              Cancel
            </button>
          </div>
          {error && <Problem title="It was not saved." error={error} kept="Your reason is still in the form." />}
        </form>
      ) : (
        <p class="row">
          <button type="button" class="button small" onClick={() => setJudging('confirmed')}>
            Confirm<span class="unseen">: {finding.title}</span>
          </button>
          <button type="button" class="button small" onClick={() => setJudging('refuted')}>
            Refute<span class="unseen">: {finding.title}</span>
          </button>
        </p>
      )}
    </li>
  );
}
