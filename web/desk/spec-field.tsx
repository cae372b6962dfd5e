import type { VNode } from 'preact';
import { SelectField, TextField, type FieldProps } from '../form/field.tsx';
import { MarkdownField } from '../form/markdown-field.tsx';
import type { FieldSpec } from './field-spec.ts';

export interface EvidenceChoice {
  readonly id: string;
  readonly name: string;
}

/** The control of one field. */
export function SpecField({
  id,
  spec,
  value,
  fault,
  evidence,
  onInput,
}: {
  readonly id: string;
  readonly spec: FieldSpec;
  readonly value: string;
  readonly fault: string | undefined;
  readonly evidence: readonly EvidenceChoice[];
  readonly onInput: (value: string) => void;
}): VNode | null {
  const { label, required, hint, placeholder, rows } = spec;
  const props: FieldProps = {
    id,
    label,
    value,
    fault,
    onInput,
    ...(required && { required }),
    ...(hint !== undefined && { hint }),
    ...(placeholder !== undefined && { placeholder }),
  };
  switch (spec.kind) {
    case 'markdown':
      return <MarkdownField {...props} rows={rows ?? 5} />;
    case 'choice':
      return <SelectField {...props} choices={spec.choices ?? []} />;
    case 'day':
      return <TextField {...props} type="date" />;
    case 'time':
      return <TextField {...props} type="datetime-local" />;
    case 'number':
      return <TextField {...props} type="number" />;
    case 'evidence':
      return evidence.length === 0 ? null : (
        <EvidencePicker id={id} label={label} value={value} evidence={evidence} onInput={onInput} />
      );
    case 'list':
      return <TextField {...props} hint={hint ?? 'Several: with commas between.'} />;
    case 'line':
    case 'name':
      return <TextField {...props} maxLength={300} />;
  }
}

function EvidencePicker({
  id,
  label,
  value,
  evidence,
  onInput,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly evidence: readonly EvidenceChoice[];
  readonly onInput: (value: string) => void;
}): VNode {
  const chosen = new Set(value.split(' ').filter(Boolean));
  const toggle = (evidenceId: string): void => {
    if (!chosen.delete(evidenceId)) chosen.add(evidenceId);
    onInput([...chosen].join(' '));
  };
  return (
    <fieldset class="field evidence-picker" id={id}>
      <legend>{label}</legend>
      <div class="evidence-choices" tabIndex={evidence.length > 6 ? 0 : undefined}>
        {evidence.map((piece) => (
          <label class="choice" key={piece.id}>
            <input type="checkbox" checked={chosen.has(piece.id)} onChange={() => toggle(piece.id)} />
            <span class="mono">{piece.name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
