import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { Problem } from '../form/problem.tsx';
import { Pill } from '../parts/pill.tsx';
import { Said } from '../parts/said.tsx';
import { Time } from '../parts/time.tsx';
import type { Noun } from './desk-data.ts';
import type { FieldSpec } from './field-spec.ts';
import { RecordForm } from './record-form.tsx';
import { useAction } from './use-action.ts';
import type { Desk } from './use-desk.ts';

/** What all of people's work has in common. */
export interface Work {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly body?: string;
  readonly by: string;
  readonly atMs: number;
  readonly visibility: 'pending' | 'visible' | 'hidden';
}

export interface WorkListProps<T extends Work> {
  readonly desk: Desk;
  readonly noun: Noun;
  readonly items: readonly T[];
  readonly specs: readonly FieldSpec[];
  readonly schema: z.ZodType;
  /** `Publish an update`, `Add a hypothesis` */
  readonly add: string;
  readonly submit: string;
  readonly initial?: object;
  readonly pill?: (item: T) => VNode;
  readonly more?: (item: T) => ComponentChildren;
  /** What teaches when there is none yet. */
  readonly empty: string;
}

/** A list of one noun: add, edit in place, hide and show. */
export function WorkList<T extends Work>(props: WorkListProps<T>): VNode {
  const { desk, noun, items, specs, schema, add, submit, initial, empty } = props;
  const [isAdding, setAdding] = useState(items.length === 0);
  return (
    <div class="stack">
      {items.length === 0 && <p class="quiet measure">{empty}</p>}
      {isAdding ? (
        <div class="card">
          <h3>{add}</h3>
          <RecordForm
            name={`${desk.slug}.${noun}`}
            specs={specs}
            schema={schema}
            initial={initial}
            submit={submit}
            evidence={desk.evidence}
            onSubmit={(fields) => desk.create(noun, fields)}
            onDone={() => setAdding(false)}
            {...(items.length === 0 ? {} : { onCancel: () => setAdding(false) })}
          />
        </div>
      ) : (
        <p>
          <button type="button" class="button" onClick={() => setAdding(true)}>
            {add}
          </button>
        </p>
      )}
      {items.length > 0 && (
        <ul class="work-list">
          {items.toReversed().map((item) => (
            <WorkItem key={item.id} {...props} item={item} />
          ))}
        </ul>
      )}
    </div>
  );
}

function WorkItem<T extends Work>(props: WorkListProps<T> & { readonly item: T }): VNode {
  const { desk, noun, item, specs, schema, pill, more } = props;
  const [isEditing, setEditing] = useState(false);
  const { run, error, isBusy } = useAction();
  const isVisible = item.visibility === 'visible';
  if (isEditing) {
    return (
      <li class="work-item">
        <RecordForm
          name={`${desk.slug}.${noun}.${item.id}`}
          specs={specs}
          schema={schema}
          record={item}
          submit="Save"
          evidence={desk.evidence}
          onSubmit={(fields, base) => desk.change(noun, (base as T | undefined) ?? item, fields)}
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
          <Said text={item.title} /> {pill?.(item)}
          {!isVisible && <Pill tone="unsure">{item.visibility}</Pill>}
        </h3>
        <span class="row">
          <button type="button" class="button small" onClick={() => setEditing(true)}>
            Edit<span class="unseen"> {item.title}</span>
          </button>
          <button
            type="button"
            class="button small"
            disabled={isBusy}
            onClick={() => void run(() => desk.change(noun, item, { visibility: isVisible ? 'hidden' : 'visible' }))}
          >
            {isVisible ? 'Hide' : 'Show'}
            <span class="unseen"> {item.title}</span>
          </button>
        </span>
      </div>
      <p class="meta">
        <span>{item.by}</span>
        <Time ms={item.atMs} as="age" />
      </p>
      {more?.(item)}
      {item.body !== undefined && item.body !== '' && <p class="source-text">{item.body}</p>}
      {error && <Problem title="It was not changed." error={error} />}
    </li>
  );
}
