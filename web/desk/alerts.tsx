import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { NewAlert } from '../../functions/model/alert.ts';
import { isAppError } from '../../functions/model/error.ts';
import { isObject } from '../calls/call.ts';
import { plural } from '../draw/format.ts';
import { ConfirmButton } from '../form/confirm-button.tsx';
import { Problem } from '../form/problem.tsx';
import { Pill } from '../parts/pill.tsx';
import { Time } from '../parts/time.tsx';
import { alertSentence, RULE_WORDS } from './alert-words.ts';
import { pathOf, type DeskAlert } from './desk-data.ts';
import { RecordForm } from './record-form.tsx';
import { ALERT } from './specs.ts';
import { useAction } from './use-action.ts';
import type { Desk } from './use-desk.ts';

const START = { rule: { kind: 'working-set', percentOfLimit: 90, forMinutes: 10 }, namespace: '', container: '' };

/** Thresholds: looked at with each analysis of evidence and of pushes; told on the timeline and to who follows. */
export function Alerts({ desk }: { readonly desk: Desk }): VNode {
  const { alerts, slug } = desk;
  const [isAdding, setAdding] = useState(alerts.length === 0);
  return (
    <div class="stack">
      <p class="measure">
        Each is looked at whenever evidence or a push was analysed. When one begins to fire, and when it is over, the
        timeline says so and <a href={`#${slug}/followers`}>who follows</a> hears of it.
      </p>
      {isAdding ? (
        <div class="card">
          <h3>Add an alert</h3>
          <RecordForm
            name={`${slug}.alerts`}
            specs={ALERT}
            schema={NewAlert}
            initial={START}
            explain={explain}
            submit="Add it"
            onSubmit={(fields) => desk.create('alerts', fields)}
            onDone={() => setAdding(false)}
            {...(alerts.length === 0 ? {} : { onCancel: () => setAdding(false) })}
          />
        </div>
      ) : (
        <p>
          <button type="button" class="button" onClick={() => setAdding(true)}>
            Add an alert
          </button>
        </p>
      )}
      {alerts.length > 0 && (
        <ul class="work-list">
          {alerts.toReversed().map((alert) => (
            <AlertItem key={alert.id} desk={desk} alert={alert} />
          ))}
        </ul>
      )}
      <section aria-labelledby="exports-title" class="stack-tight">
        <h3 id="exports-title">The same in your cluster</h3>
        <p class="measure quiet">
          Prometheus alerts by itself with these rules, also while nobody sends anything here; Grafana draws the memory
          of the containers by layer.
        </p>
        <p class="row">
          <a class="button small" href={pathOf(slug, 'prometheus-rules.yaml')} download={`casebook-${slug}.rules.yaml`}>
            Prometheus rules
          </a>
          <a
            class="button small"
            href={pathOf(slug, 'grafana-dashboard.json')}
            download={`casebook-${slug}.dashboard.json`}
          >
            Grafana dashboard
          </a>
        </p>
      </section>
    </div>
  );
}

function explain(fields: Record<string, unknown>): string | undefined {
  const parsed = NewAlert.safeParse({ title: 'x', ...fields, ...(fields['title'] === '' && { title: 'x' }) });
  return parsed.success ? alertSentence(parsed.data) : undefined;
}

function AlertItem({ desk, alert }: { readonly desk: Desk; readonly alert: DeskAlert }): VNode {
  const [isEditing, setEditing] = useState(false);
  const { run, isBusy, error } = useAction();
  const { id, title, enabled, firing } = alert;
  const change = (fields: object, base: DeskAlert): Promise<void> => changeSettings(desk, base, fields);
  if (isEditing) {
    return (
      <li class="work-item">
        <RecordForm
          name={`${desk.slug}.alerts.${id}`}
          specs={ALERT}
          schema={NewAlert}
          record={alert}
          explain={explain}
          submit="Save"
          onSubmit={(fields, base) => change(fields, (base as DeskAlert | undefined) ?? alert)}
          onDone={() => setEditing(false)}
          onCancel={() => setEditing(false)}
        />
      </li>
    );
  }
  return (
    <li class="work-item">
      <div class="row spread">
        <h3 class="row">
          {title} <State alert={alert} />
        </h3>
        <span class="row">
          <button type="button" class="button small" onClick={() => setEditing(true)}>
            Edit<span class="unseen"> {title}</span>
          </button>
          <button
            type="button"
            class="button small"
            disabled={isBusy}
            onClick={() => void run(() => change({ enabled: !enabled }, alert))}
          >
            {enabled ? 'Switch off' : 'Switch on'}
            <span class="unseen"> {title}</span>
          </button>
          <ConfirmButton
            question={`Delete the alert “${title}”?`}
            yes="Delete"
            disabled={isBusy}
            onConfirm={() => void run(() => desk.ask('DELETE', `alerts/${id}`, () => undefined))}
          >
            Delete<span class="unseen"> {title}</span>
          </ConfirmButton>
        </span>
      </div>
      <p class="measure">{alertSentence(alert)}</p>
      <p class="meta">
        <span>{RULE_WORDS[alert.rule.kind]}</span>
        <Since alert={alert} />
        <span>by {alert.by}</span>
      </p>
      {firing.length > 0 && (
        <ul class="firing">
          {firing.slice(0, 10).map(({ subject, sinceMs, detail }) => (
            <li key={subject}>
              <span class="mono">{subject}</span> {detail}, since <Time ms={sinceMs} />
            </li>
          ))}
          {firing.length > 10 && <li>and {plural(firing.length - 10, 'more container')}</li>}
        </ul>
      )}
      {error && <Problem title="It was not changed." error={error} />}
    </li>
  );
}

function State({ alert: { enabled, state } }: { readonly alert: DeskAlert }): VNode {
  if (!enabled) return <Pill>off</Pill>;
  return state === 'firing' ? <Pill tone="critical">firing</Pill> : <Pill tone="sound">ok</Pill>;
}

function Since({ alert: { enabled, state, changedAtMs, atMs } }: { readonly alert: DeskAlert }): VNode {
  if (!enabled) return <span>looks at nothing while it is off</span>;
  if (changedAtMs === undefined)
    return (
      <span>
        set up <Time ms={atMs} as="age" />, has not fired
      </span>
    );
  return (
    <span>
      {state} since <Time ms={changedAtMs} />
    </span>
  );
}

/**
 * What the alert heard moves its version with each analysis: that is nobody's conflict. It is one when somebody else changed
 * the setting itself.
 */
async function changeSettings(desk: Desk, base: DeskAlert, fields: object): Promise<void> {
  try {
    await desk.change('alerts', base, fields);
  } catch (error) {
    const current = isAppError(error) && error.code === 'conflict' ? error.data['current'] : undefined;
    const now = NewAlert.safeParse(current);
    const isSame = now.success && JSON.stringify(now.data) === JSON.stringify(NewAlert.parse(base));
    if (!isSame || !isObject(current) || typeof current['version'] !== 'number') throw error;
    await desk.change('alerts', { id: base.id, version: current['version'] }, fields);
  }
}
