import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Context } from '../../functions/model/analysis.ts';
import { TextField } from '../form/field.tsx';
import { MAIN_FIELDS, MORE_FIELDS, readValue, showValue, type ContextField } from './context-values.ts';

/** What a file says of itself, to be corrected. Fields filled by the analysis say so. */
export interface ContextFieldsProps {
  readonly idPrefix: string;
  readonly context: Context;
  readonly touched: ReadonlySet<keyof Context>;
  readonly onChange: (name: keyof Context, value: Context[keyof Context]) => void;
}

export function ContextFields(props: ContextFieldsProps): VNode {
  return (
    <>
      <div class="fields">
        {MAIN_FIELDS.map((field) => (
          <OneField key={field.name} {...props} field={field} />
        ))}
      </div>
      <details class="more-fields">
        <summary>More: product, runtime, cluster</summary>
        <div class="fields">
          {MORE_FIELDS.map((field) => (
            <OneField key={field.name} {...props} field={field} />
          ))}
        </div>
      </details>
    </>
  );
}

function OneField({
  field,
  idPrefix,
  context,
  touched,
  onChange,
}: ContextFieldsProps & { field: ContextField }): VNode {
  /** What is being typed and may not be a value yet. */
  const [typed, setTyped] = useState<string>();
  const value = context[field.name];
  const { fault } = typed === undefined ? { fault: undefined } : readValue(field, typed);
  const isFromFile = value !== undefined && !touched.has(field.name);
  return (
    <TextField
      id={`${idPrefix}-${field.name}`}
      label={field.label}
      type={field.type ?? 'text'}
      {...(field.placeholder === undefined ? {} : { placeholder: field.placeholder })}
      value={typed ?? showValue(field, value)}
      {...(isFromFile ? { hint: 'from the file' } : {})}
      fault={fault}
      onInput={(text) => {
        setTyped(text);
        const read = readValue(field, text);
        if (read.fault === undefined) onChange(field.name, read.value);
      }}
    />
  );
}
