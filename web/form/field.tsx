import type { ComponentChildren, VNode } from 'preact';

/** A labelled control with its hint and its fault, tied together for screen readers. */
export interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: ComponentChildren;
  /** What is wrong with the value. */
  readonly fault?: string | undefined;
  readonly required?: boolean;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly maxLength?: number;
}

export interface TextFieldProps extends FieldProps {
  readonly type?: 'text' | 'date' | 'datetime-local' | 'number' | 'url';
  /** Choices that may be taken or not. */
  readonly suggestions?: readonly string[];
  readonly mono?: boolean;
}

export function TextField(props: TextFieldProps): VNode {
  const { id, type = 'text', suggestions, mono, onInput } = props;
  return (
    <Framed {...props}>
      <input
        {...shared(props)}
        type={type}
        class={mono ? 'mono' : undefined}
        list={suggestions ? `${id}-choices` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {suggestions && (
        <datalist id={`${id}-choices`}>
          {suggestions.map((suggestion) => (
            <option value={suggestion} />
          ))}
        </datalist>
      )}
    </Framed>
  );
}

export function TextArea(props: FieldProps & { readonly rows?: number }): VNode {
  return (
    <Framed {...props}>
      <textarea
        {...shared(props)}
        rows={props.rows ?? 5}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </Framed>
  );
}

export function SelectField(props: FieldProps & { readonly choices: readonly (readonly [string, string])[] }): VNode {
  return (
    <Framed {...props}>
      <select {...shared(props)} onChange={(event) => props.onInput(event.currentTarget.value)}>
        {props.choices.map(([value, words]) => (
          <option value={value} selected={value === props.value}>
            {words}
          </option>
        ))}
      </select>
    </Framed>
  );
}

function shared({ id, value, fault, hint, required, placeholder, disabled, maxLength }: FieldProps) {
  const describedBy = [hint !== undefined && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  return {
    id,
    value,
    required,
    placeholder,
    disabled,
    maxLength,
    'aria-invalid': fault ? true : undefined,
    'aria-describedby': describedBy || undefined,
  };
}

export function Framed(
  props: Pick<FieldProps, 'id' | 'label' | 'hint' | 'fault' | 'required'> & { children: ComponentChildren },
): VNode {
  const { id, label, hint, fault, required, children } = props;
  return (
    <div class="field">
      <label for={id}>
        {label}
        {required && <span class="quiet"> (needed)</span>}
      </label>
      {children}
      {hint !== undefined && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {fault && (
        <span class="fault" id={`${id}-fault`}>
          {fault}
        </span>
      )}
    </div>
  );
}
