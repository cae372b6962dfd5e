import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { UnknownSeries } from '../../functions/model/case.ts';
import { MAPPED_ROLES, UNIT_SCALES } from '../../functions/model/mapped-roles.ts';
import type { MappedRole, MappedUnit, SeriesMapping } from '../../functions/model/mapping.ts';
import { formatBytes } from '../draw/format.ts';
import { SelectField } from '../form/field.tsx';
import { Problem } from '../form/problem.tsx';
import { hasUnit, likelyUnit, ROLE_WORDS, UNIT_CHOICES } from './mapping-words.ts';
import { useAction } from './use-action.ts';

export interface MeaningFormProps {
  readonly name: string;
  readonly series: UnknownSeries | undefined;
  /** What is said now; absent: nothing yet. */
  readonly current?: SeriesMapping;
  readonly submit: string;
  readonly onSubmit: (said: Omit<SeriesMapping, 'metric'>) => Promise<void>;
  readonly onCancel?: () => void;
}

/** What a series is, in which unit, and which of them: only the first is asked until it is answered. */
export function MeaningForm({ name, series, current, submit, onSubmit, onCancel }: MeaningFormProps): VNode {
  const [role, setRole] = useState<MappedRole | ''>(current?.role ?? '');
  const [unit, setUnit] = useState<MappedUnit>(current?.unit ?? (series ? likelyUnit(series) : 'bytes'));
  const [which, setWhich] = useState('');
  const { run, isBusy, error } = useAction();
  const id = `meaning-${name.replace(/[^a-z0-9]/gi, (sign) => `-${sign.charCodeAt(0)}`)}`;
  const labels = current ? [] : (series?.labels ?? []);
  const picked = labels[Number(which)];
  return (
    <form
      class={role === '' ? 'meaning' : 'meaning open'}
      aria-label={`What ${name} is`}
      onSubmit={(event) => {
        event.preventDefault();
        if (role === '') return;
        const only = which !== '' && picked ? { [picked.name]: picked.value } : (current?.labels ?? {});
        void run(() => onSubmit({ role, unit: hasUnit(role) ? unit : 'bytes', labels: only }));
      }}
    >
      <div class="meaning-fields">
        <SelectField
          id={`${id}-role`}
          label={`What is it?`}
          value={role}
          onInput={(value) => setRole(value as MappedRole | '')} // one of the choices below
          choices={[
            ...(current ? [] : [['', 'not said'] as const]),
            ...MAPPED_ROLES.map((each) => [each, ROLE_WORDS[each]] as const),
          ]}
        />
        {role !== '' && hasUnit(role) && (
          <SelectField
            id={`${id}-unit`}
            label="In which unit?"
            value={unit}
            onInput={(value) => setUnit(value as MappedUnit)} // one of the choices below
            choices={UNIT_CHOICES}
            {...(series && { hint: `Then its last value is ${formatBytes(series.last * UNIT_SCALES[unit])}.` })}
          />
        )}
        {role !== '' && labels.length > 0 && (
          <SelectField
            id={`${id}-which`}
            label="Which of them?"
            value={which}
            onInput={setWhich}
            choices={[
              ['', `all ${series?.seriesCount ?? ''} series of this name`],
              ...labels.map(
                (label, i) => [String(i), `only ${label.name}="${label.value}" (${label.series})`] as const,
              ),
            ]}
          />
        )}
      </div>
      {role !== '' && (
        <p class="row">
          <button type="submit" class="button small primary" disabled={isBusy}>
            {isBusy ? 'Saving…' : submit}
            <span class="unseen"> {name}</span>
          </button>
          <button
            type="button"
            class="button small"
            onClick={() => {
              setRole(current?.role ?? '');
              onCancel?.();
            }}
          >
            Cancel
          </button>
        </p>
      )}
      {error && <Problem title="It was not saved." error={error} />}
    </form>
  );
}
