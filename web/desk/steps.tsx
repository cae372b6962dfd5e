import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { NewStep, type Step } from '../../functions/model/casework.ts';
import { Problem } from '../form/problem.tsx';
import { StepPill } from '../parts/pill.tsx';
import { Said } from '../parts/said.tsx';
import { Time } from '../parts/time.tsx';
import { RecordForm } from './record-form.tsx';
import { STEP } from './specs.ts';
import { useAction } from './use-action.ts';
import type { Desk } from './use-desk.ts';

const LANES = ['open', 'doing', 'done'] as const;
type Lane = (typeof LANES)[number];
const WORDS: Readonly<Record<Step['state'], string>> = {
  open: 'Open',
  doing: 'Doing',
  done: 'Done',
  dropped: 'Dropped',
};

/** Next steps on a board. A step moves by its buttons, or by the arrow keys while it has the focus. */
export function Steps({ desk }: { readonly desk: Desk }): VNode {
  const [isAdding, setAdding] = useState(false);
  const [said, setSaid] = useState('');
  const dropped = desk.steps.filter(({ state }) => state === 'dropped');
  return (
    <div class="stack">
      {isAdding ? (
        <div class="card">
          <h3>Add a next step</h3>
          <RecordForm
            name={`${desk.slug}.steps`}
            specs={STEP}
            schema={NewStep}
            initial={{ state: 'open' }}
            submit="Add it"
            onSubmit={(fields) => desk.create('steps', fields)}
            onDone={() => setAdding(false)}
            onCancel={() => setAdding(false)}
          />
        </div>
      ) : (
        <p>
          <button type="button" class="button" onClick={() => setAdding(true)}>
            Add a next step
          </button>
        </p>
      )}
      <div class="lanes">
        {LANES.map((lane) => {
          const steps = desk.steps.filter(({ state }) => state === lane);
          return (
            <section class="lane" aria-labelledby={`lane-${lane}`}>
              <h3 id={`lane-${lane}`}>
                {WORDS[lane]} <span class="count">{steps.length}</span>
              </h3>
              <ul class="stack-tight">
                {steps.map((step) => (
                  <StepCard key={step.id} desk={desk} step={step} lane={lane} say={setSaid} />
                ))}
              </ul>
              {steps.length === 0 && <p class="quiet">None.</p>}
            </section>
          );
        })}
      </div>
      {dropped.length > 0 && (
        <details>
          <summary>Dropped: {dropped.length}</summary>
          <ul class="stack-tight">
            {dropped.map((step) => (
              <StepCard key={step.id} desk={desk} step={step} say={setSaid} />
            ))}
          </ul>
        </details>
      )}
      <p class="quiet keys-hint">With a step in focus, the arrow keys left and right move it.</p>
      <p class="unseen" role="status">
        {said}
      </p>
    </div>
  );
}

function StepCard({
  desk,
  step,
  lane,
  say,
}: {
  readonly desk: Desk;
  readonly step: Step;
  readonly lane?: Lane;
  readonly say: (words: string) => void;
}): VNode {
  const [isEditing, setEditing] = useState(false);
  const { run, error, isBusy } = useAction();
  const at = lane === undefined ? -1 : LANES.indexOf(lane);
  const move = async (to: Step['state'] | undefined): Promise<void> => {
    if (to === undefined) return;
    if (!(await run(() => desk.change('steps', step, { state: to })))) return;
    say(`${step.title} is now ${WORDS[to].toLowerCase()}.`);
    // The card is another element in its new lane: the focus follows it.
    requestAnimationFrame(() => document.getElementById(`step-${step.id}`)?.focus());
  };
  if (isEditing) {
    return (
      <li class="card">
        <RecordForm
          name={`${desk.slug}.steps.${step.id}`}
          specs={STEP}
          schema={NewStep}
          record={step}
          submit="Save"
          onSubmit={(fields, base) => desk.change('steps', (base as Step | undefined) ?? step, fields)}
          onDone={() => setEditing(false)}
          onCancel={() => setEditing(false)}
        />
      </li>
    );
  }
  const back = lane === undefined ? 'open' : LANES[at - 1];
  const on = lane === undefined ? undefined : LANES[at + 1];
  const isLate = step.dueAtMs !== undefined && step.dueAtMs < Date.now() && lane !== 'done';
  return (
    <li
      id={`step-${step.id}`}
      class="card lane-card"
      tabIndex={0}
      aria-label={`${step.title}, ${step.state}`}
      aria-busy={isBusy}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return;
        const to = event.key === 'ArrowRight' ? on : event.key === 'ArrowLeft' ? back : undefined;
        if (to) {
          event.preventDefault();
          void move(to);
        }
      }}
    >
      <p class="lane-card-title">
        <Said text={step.title} /> {lane === undefined && <StepPill state={step.state} />}
      </p>
      <p class="meta">
        <span>{step.owner === '' ? 'nobody yet' : step.owner}</span>
        {step.dueAtMs !== undefined && (
          <span class={isLate ? 'late' : undefined}>
            {isLate ? 'late, was due ' : 'due '}
            <Time ms={step.dueAtMs} as="day" />
          </span>
        )}
      </p>
      <p class="row">
        {back && (
          <button type="button" class="button small" disabled={isBusy} onClick={() => void move(back)}>
            <span aria-hidden="true">←</span> {WORDS[back]}
          </button>
        )}
        {on && (
          <button type="button" class="button small" disabled={isBusy} onClick={() => void move(on)}>
            {WORDS[on]} <span aria-hidden="true">→</span>
          </button>
        )}
        <button type="button" class="button small plain" onClick={() => setEditing(true)}>
          Edit<span class="unseen"> {step.title}</span>
        </button>
        {lane !== undefined && lane !== 'done' && (
          <button type="button" class="button small plain" disabled={isBusy} onClick={() => void move('dropped')}>
            Drop<span class="unseen"> {step.title}</span>
          </button>
        )}
      </p>
      {error && <Problem title="It was not moved." error={error} />}
    </li>
  );
}
