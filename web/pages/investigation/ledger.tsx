import type { VNode } from 'preact';
import type { CaseDocument } from '../../../functions/model/case.ts';
import { Html } from '../../parts/html.tsx';
import { ExperimentPill, HypothesisPill } from '../../parts/pill.tsx';
import { Said } from '../../parts/said.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { address } from '../address.ts';

/** Hypotheses, the refuted kept, and the experiments that moved them. */
export function Ledger({ data }: { data: CaseDocument }): VNode | null {
  if (data.hypotheses.length + data.experiments.length === 0) return null;
  return (
    <div class="split">
      {data.hypotheses.length > 0 && <Hypotheses data={data} />}
      {data.experiments.length > 0 && <Experiments data={data} />}
    </div>
  );
}

function Hypotheses({ data }: { data: CaseDocument }): VNode {
  return (
    <Section id="hypotheses" title="Hypotheses" count={data.hypotheses.length}>
      <ul class="ledger">
        {data.hypotheses.map((one) => (
          <li key={one.id} id={`hypothesis-${one.id}`} class={one.state}>
            <div class="row">
              <HypothesisPill state={one.state} />
              <h3>
                <Said text={one.title} />
              </h3>
            </div>
            <Html html={one.html} />
            <Stands data={data} ids={one.evidenceIds} by={one.by} atMs={one.atMs} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Experiments({ data }: { data: CaseDocument }): VNode {
  const hypothesis = new Map(data.hypotheses.map((one) => [one.id, one.title]));
  return (
    <Section id="experiments" title="Experiments" count={data.experiments.length}>
      <ul class="ledger">
        {data.experiments.map((one) => (
          <li key={one.id} id={`experiment-${one.id}`} class={one.state}>
            <div class="row">
              <ExperimentPill state={one.state} />
              <h3>
                <Said text={one.title} />
              </h3>
            </div>
            <p>
              <span class="quiet">changes only</span> {one.variable}
            </p>
            {one.hypothesisId !== undefined && hypothesis.has(one.hypothesisId) && (
              <p>
                <span class="quiet">tests</span>{' '}
                <a href={`#hypothesis-${one.hypothesisId}`}>
                  <Said text={hypothesis.get(one.hypothesisId) ?? ''} />
                </a>
              </p>
            )}
            <Html html={one.html} />
            <Stands data={data} ids={one.evidenceIds} by={one.by} atMs={one.startedAtMs ?? one.atMs} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Stands({
  data,
  ids,
  by,
  atMs,
}: {
  data: CaseDocument;
  ids: readonly string[];
  by: string;
  atMs: number;
}): VNode {
  const known = data.evidence.filter((one) => ids.includes(one.id));
  return (
    <p class="meta">
      <span>{by}</span>
      <Time ms={atMs} as="day" />
      {known.map((one) => (
        <a href={address.evidence(data.investigation.slug, one.id)}>{one.name}</a>
      ))}
    </p>
  );
}
