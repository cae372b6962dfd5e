import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RedactionChoices } from '../local/protocol.ts';
import { redactHere, REDACTABLE_FORMATS, type RedactedCopy } from '../local/redact-here.ts';
import { RedactionOptions } from './redaction-options.tsx';
import { RedactionReportShown } from './redaction-report.tsx';
import type { Submission } from './submission.ts';

type Redacting =
  | { readonly state: 'none'; readonly complaint?: string }
  | { readonly state: 'running'; readonly step: string; readonly done: number; readonly cancel: () => void }
  | { readonly state: 'done'; readonly copy: RedactedCopy; readonly address: string };

/** For heap dumps: a copy without contents, made here, to be sent or saved in place of the file. */
export function RedactPart({
  submission: { key, file, recognition, redaction },
  onCopy,
}: {
  readonly submission: Submission;
  readonly onCopy: (copy: RedactedCopy) => void;
}): VNode | null {
  const [redacting, set] = useState<Redacting>({ state: 'none' });
  const [choices, choose] = useState<RedactionChoices>({});
  const cancel = useRef<() => void>(() => undefined);
  useEffect(() => () => cancel.current(), []);
  const format = recognition.state === 'looked' ? recognition.recognised.format : undefined;
  const isRedacted = redaction !== undefined || file.name.includes('.redacted.');
  if (format === undefined || !REDACTABLE_FORMATS.has(format) || isRedacted) return null;

  const start = (): void => {
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    cancel.current = stop;
    set({ state: 'running', step: 'starting', done: 0, cancel: stop });
    const keep = (choices.keep ?? []).filter((text) => text.trim() !== '');
    redactHere(
      file,
      { ...choices, keep },
      {
        signal: controller.signal,
        onProgress: (step, done) => set({ state: 'running', step, done, cancel: stop }),
      },
    ).then(
      (copy) => {
        const address = URL.createObjectURL(copy.file);
        cancel.current = () => URL.revokeObjectURL(address);
        set({ state: 'done', copy, address });
      },
      (error: unknown) =>
        set({ state: 'none', complaint: error instanceof Error ? error.message : 'It could not be redacted.' }),
    );
  };

  if (redacting.state === 'running')
    return (
      <div class="stack-tight" role="group" aria-label="Redaction in this browser">
        <div class="row spread">
          <span class="quiet">Redacting here: {redacting.step}</span>
          <button type="button" class="button small" onClick={redacting.cancel}>
            Cancel the redaction
          </button>
        </div>
        <progress max={1} value={redacting.done} aria-label={`Redaction of ${file.name}`} />
      </div>
    );
  if (redacting.state === 'done') {
    const { copy, address } = redacting;
    return (
      <div class="notice stack-tight" role="status">
        <p>
          <strong>The redacted copy is ready.</strong> Strings and primitive arrays are blank in it; objects,
          references, sizes and names stay. What you wrote about the file goes with it.
        </p>
        <RedactionReportShown report={copy.report} />
        <div class="row">
          <button type="button" class="button small" onClick={() => onCopy(copy)}>
            Send this copy instead<span class="unseen"> of {file.name}</span>
          </button>
          <a class="button small plain" href={address} download={copy.file.name}>
            Save the copy
          </a>
        </div>
      </div>
    );
  }
  return (
    <div class="stack-tight">
      <div class="row">
        <button type="button" class="button small" onClick={start}>
          Make a redacted copy<span class="unseen"> of {file.name}</span>
        </button>
        <span class="quiet">
          {redacting.complaint ?? 'Strings and contents blanked, the structure kept. Made here.'}
        </span>
      </div>
      <RedactionOptions idPrefix={`file-${key}-redact`} format={format} choices={choices} onChange={choose} />
    </div>
  );
}
