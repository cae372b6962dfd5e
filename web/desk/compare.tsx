import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { MOST_COMPARED, type PublicEvidence } from '../../functions/model/evidence.ts';
import { isObject } from '../calls/call.ts';
import { formatBytes } from '../draw/format.ts';
import { Problem } from '../form/problem.tsx';
import { Time } from '../parts/time.tsx';
import { comparableFiles } from './comparable.ts';
import { useAction } from './use-action.ts';
import type { Desk } from './use-desk.ts';

/** Chooses files of one format and has them compared; nothing while there are no two of one. */
export function Compare({ desk }: { readonly desk: Desk }): VNode | null {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<string>();
  const { run, isBusy, error } = useAction();
  const files = comparableFiles(desk.evidence, desk.comparableFormats);
  if (files.length === 0) return null;
  const picked = files.filter(({ id }) => chosen.has(id));
  const format = picked[0]?.format;
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
    setAsked(undefined);
  };
  const ask = async (): Promise<void> => {
    const evidenceIds = picked.map(({ id }) => id);
    setAsked(await desk.ask('POST', 'comparisons', readId, { evidenceIds }));
    setChosen(new Set());
  };
  return (
    <section aria-labelledby="compare-title">
      <h3 id="compare-title">Compare</h3>
      <form
        class="stack-tight"
        onSubmit={(event) => {
          event.preventDefault();
          void run(ask);
        }}
      >
        <fieldset class="field evidence-picker">
          <legend>Files, oldest first</legend>
          <p class="hint">
            Of one process, or of two versions under the same load. Two show what is larger in the later one; a third
            tells growth from warming up.
          </p>
          <div class="evidence-choices" tabIndex={files.length > 6 ? 0 : undefined}>
            {files.map((file) => (
              <Choice
                key={file.id}
                file={file}
                isChosen={chosen.has(file.id)}
                isOpen={format === undefined || (file.format === format && picked.length < MOST_COMPARED)}
                onToggle={() => toggle(file.id)}
              />
            ))}
          </div>
        </fieldset>
        <p class="row">
          <button type="submit" class="button small" disabled={isBusy || picked.length < 2}>
            {picked.length < 2 ? 'Compare' : `Compare these ${picked.length}`}
          </button>
          <span role="status">
            {asked !== undefined && (
              <>
                In line. The result will be on <a href={`/i/${desk.slug}/evidence/${asked}/`}>the comparison’s page</a>.
              </>
            )}
          </span>
        </p>
        {error && <Problem title="They were not compared." error={error} />}
      </form>
    </section>
  );
}

function Choice({
  file,
  isChosen,
  isOpen,
  onToggle,
}: {
  readonly file: PublicEvidence;
  readonly isChosen: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}): VNode {
  const { name, format, context, sizeBytes, submittedAtMs } = file;
  return (
    <label class="choice">
      <input type="checkbox" checked={isChosen} disabled={!isChosen && !isOpen} onChange={onToggle} />
      <span>
        <span class="mono">{name}</span>{' '}
        <span class="quiet">
          {[context.version, formatBytes(sizeBytes), format].filter(Boolean).join(', ')},{' '}
          <Time ms={context.capturedAtMs ?? submittedAtMs} as="age" />
        </span>
      </span>
    </label>
  );
}

function readId(answer: unknown): string | undefined {
  return isObject(answer) && typeof answer['id'] === 'string' ? answer['id'] : undefined;
}
