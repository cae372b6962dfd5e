import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { isObject } from '../calls/call.ts';
import { useDraft } from '../form/draft.ts';
import { Problem } from '../form/problem.tsx';
import { ConflictNotice } from './conflict-notice.tsx';
import { askedFields, changedFields, mergeDraft, readFields, showFields, type FieldSpec } from './field-spec.ts';
import { SpecField, type EvidenceChoice } from './spec-field.tsx';
import { useAction } from './use-action.ts';

export interface RecordFormProps {
  /** Also the name of its draft. */
  readonly name: string;
  readonly specs: readonly FieldSpec[];
  /** Of what is written: the same that the hub checks by. */
  readonly schema: z.ZodType;
  /** The record that is edited; absent for a new one. */
  readonly record?: object | undefined;
  /** What a new one starts with. */
  readonly initial?: object | undefined;
  readonly submit: string;
  /** With a record: only the fields that changed, and the record they were read from. */
  readonly onSubmit: (fields: Record<string, unknown>, base: object | undefined) => Promise<unknown>;
  readonly onDone?: () => void;
  readonly onCancel?: () => void;
  readonly evidence?: readonly EvidenceChoice[];
  /** What the fields mean together, said under them; undefined while they are not whole. */
  readonly explain?: (fields: Record<string, unknown>) => string | undefined;
}

/** Writes or edits one record: checked before it is sent, kept as a draft until it has arrived, and honest in a conflict. */
export function RecordForm(props: RecordFormProps): VNode {
  const { name, specs, schema, submit, onSubmit, onDone, onCancel, evidence = [] } = props;
  const [base, setBase] = useState(props.record);
  const { draft, set, clear, isRestored } = useDraft(name, showFields(specs, base ?? props.initial ?? {}));
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const { run, isBusy, error } = useAction();
  const current = error?.code === 'conflict' && isObject(error.data['current']) ? error.data['current'] : undefined;

  const asked = askedFields(specs, draft);
  const meaning = props.explain?.(readFields(asked, draft));

  const send = async (against: object | undefined): Promise<void> => {
    const fields = readFields(asked, draft);
    const found = faultsOf(schema, against ? { ...against, ...fields } : { ...props.initial, ...fields });
    setFaults(found);
    const first = asked.find((spec) => found[spec.name] !== undefined);
    if (first) {
      document.getElementById(`${name}-${first.name}`)?.focus();
      return;
    }
    const changed = against ? changedFields(against, fields) : { ...props.initial, ...fields };
    const isUnchanged = against !== undefined && Object.keys(changed).length === 0;
    if (isUnchanged || (await run(() => onSubmit(changed, against)))) {
      clear();
      onDone?.();
    }
  };

  return (
    <form
      class="record-form stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send(base);
      }}
    >
      {isRestored && <p class="quiet">What you wrote here before, and did not send, is back.</p>}
      <div class="record-fields">
        {asked.map((spec) => (
          <SpecField
            key={spec.name}
            id={`${name}-${spec.name}`}
            spec={spec}
            value={draft[spec.name] ?? ''}
            fault={faults[spec.name]}
            evidence={evidence}
            onInput={(value) => set(spec.name, value)}
          />
        ))}
      </div>
      {meaning !== undefined && (
        <p class="meaning-said measure" role="status">
          {meaning}
        </p>
      )}
      {current && base ? (
        <ConflictNotice
          specs={specs}
          base={base}
          current={current}
          draft={draft}
          onMerge={() => {
            for (const [field, value] of Object.entries(mergeDraft(specs, base, current, draft))) set(field, value);
            setBase(current);
          }}
        />
      ) : (
        error && <Problem title="It was not saved." error={error} kept="What you wrote is kept in this browser." />
      )}
      <div class="row">
        <button type="submit" class="button primary" disabled={isBusy}>
          {isBusy ? 'Saving…' : submit}
        </button>
        {onCancel && (
          <button
            type="button"
            class="button"
            onClick={() => {
              clear();
              onCancel();
            }}
          >
            Cancel
          </button>
        )}
      </div>
    </form>
  );
}

/** By the dotted name of the field. */
export function faultsOf(schema: z.ZodType, fields: object): Record<string, string> {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return {};
  const faults: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const { path, message } = issue;
    const [top, second] = path;
    const field = [top, typeof second === 'string' ? second : undefined].filter((step) => step !== undefined).join('.');
    faults[field] ??= isMissing(issue) ? 'This is needed.' : message;
  }
  return faults;
}

/** An empty text, or no number at all; a number that is too small is there, and wrong. */
function isMissing(issue: z.core.$ZodIssue): boolean {
  if (issue.code === 'too_small') return issue.origin === 'string';
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
}
