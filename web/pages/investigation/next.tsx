import type { VNode } from 'preact';
import type { CaseDocument } from '../../../functions/model/case.ts';
import type { Step } from '../../../functions/model/casework.ts';
import { MissingList } from '../../parts/missing-list.tsx';
import { Command } from '../../parts/command.tsx';
import { curlLine } from '../../parts/curl-line.ts';
import { Empty } from '../../parts/empty.tsx';
import { StepPill } from '../../parts/pill.tsx';
import { Said } from '../../parts/said.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { address } from '../address.ts';

/** What to do next: open steps, what is missing, how to send it. */
export function Next({ data, publicUrl }: { data: CaseDocument; publicUrl: string }): VNode {
  const open = data.steps.filter((step) => step.state === 'open' || step.state === 'doing');
  const closed = data.steps.filter((step) => step.state === 'done' || step.state === 'dropped');
  return (
    <Section id="next" title="What to do next">
      <div class="split">
        <div class="stack">
          {open.length === 0 ? (
            <p class="quiet">No open step yet: a maintainer assigns the next one.</p>
          ) : (
            <ol class="steps">{open.map(StepRow)}</ol>
          )}
          {closed.length > 0 && (
            <details>
              <summary>{closed.length} done or dropped</summary>
              <ol class="steps">{closed.map(StepRow)}</ol>
            </details>
          )}
          {data.missing.length > 0 && (
            <div class="stack" id="missing">
              <h3>What is missing</h3>
              <MissingList missing={data.missing} />
            </div>
          )}
        </div>
        <Send data={data} publicUrl={publicUrl} />
      </div>
    </Section>
  );
}

function StepRow(step: Step): VNode {
  return (
    <li key={step.id} id={`step-${step.id}`} class={`next-step ${step.state}`}>
      <StepPill state={step.state} />
      <div>
        <p>
          <Said text={step.title} />
        </p>
        <p class="meta">
          <span>{step.owner === '' ? 'no owner' : step.owner}</span>
          <span>
            since <Time ms={step.atMs} as="age" />
          </span>
          {step.dueAtMs !== undefined && (
            <span>
              due <Time ms={step.dueAtMs} as="day" />
            </span>
          )}
        </p>
      </div>
    </li>
  );
}

function Send({ data, publicUrl }: { data: CaseDocument; publicUrl: string }): VNode {
  const { slug, publicToken } = data.investigation;
  return (
    <div class="card send" id="send">
      <h3>Send evidence</h3>
      <p>
        Heap dumps, class histograms, metrics. Raw files stay private to the maintainers and expire; you keep a receipt.
      </p>
      {publicToken === undefined ? (
        <Empty title="This investigation takes evidence from its clusters alone." />
      ) : (
        <>
          <p>
            <a class="button primary" href={address.send(slug)}>
              Choose files
            </a>
          </p>
          <p>Or one line from a shell:</p>
          <Command text={curlLine({ publicUrl, slug, token: publicToken })} wrap />
        </>
      )}
    </div>
  );
}
