import type { ComponentChildren, VNode } from 'preact';
import { TextArea } from '../form/field.tsx';
import type { RedactionChoices } from '../local/protocol.ts';

/** The choices of `casebook redact`, each with what it means for those who will read the copy. */
export function RedactionOptions({
  idPrefix,
  format,
  choices,
  onChange,
}: {
  readonly idPrefix: string;
  readonly format: string;
  readonly choices: RedactionChoices;
  readonly onChange: (choices: RedactionChoices) => void;
}): VNode {
  const about = { idPrefix, choices, onChange };
  return (
    <details class="redaction-options">
      <summary>What is blanked, what stays</summary>
      <div class="stack-tight">
        {format === 'hprof' ? (
          <Option {...about} name="blankNumbers" label="Blank the numbers in fields too">
            Ids, amounts, dates and addresses kept as numbers can otherwise be read in the copy. Blanked, the analysis
            cannot tell the sizes of collections.
          </Option>
        ) : (
          <Option {...about} name="blankKeys" label="Blank the keys of maps too">
            The names of properties of objects with more than 128 of them are often data, such as mail addresses or ids
            of customers, and can otherwise be read in the copy. Blanked, paths through such objects lose the name of
            the key.
          </Option>
        )}
        <Option {...about} name="ipv4" label="Cut IP addresses out of names">
          Names of threads, files and classes stay; addresses in them can otherwise be read. Some version numbers look
          the same and go too.
        </Option>
        <TextArea
          id={`${idPrefix}-keep`}
          label="Texts that stay, one a line"
          rows={2}
          value={(choices.keep ?? []).join('\n')}
          hint="Each stays readable wherever it is the whole of a string: list only what everybody may know, such as the name of a queue."
          onInput={(text) => onChange({ ...choices, keep: text.split('\n') })}
        />
      </div>
    </details>
  );
}

function Option({
  idPrefix,
  name,
  label,
  choices,
  onChange,
  children,
}: {
  readonly idPrefix: string;
  readonly name: 'blankKeys' | 'blankNumbers' | 'ipv4';
  readonly label: string;
  readonly choices: RedactionChoices;
  readonly onChange: (choices: RedactionChoices) => void;
  readonly children: ComponentChildren;
}): VNode {
  const id = `${idPrefix}-${name}`;
  return (
    <div>
      <label class="choice" for={id}>
        <input
          id={id}
          type="checkbox"
          checked={choices[name] ?? false}
          aria-describedby={`${id}-means`}
          onChange={(event) => onChange({ ...choices, [name]: event.currentTarget.checked })}
        />
        <span>{label}</span>
      </label>
      <p class="quiet choice-means" id={`${id}-means`}>
        {children}
      </p>
    </div>
  );
}
