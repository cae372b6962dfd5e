import type { VNode } from 'preact';
import { whyNotHere, type Choice, type Submission } from './submission.ts';

/** The switch, and what each position means for this very file: what stays, what is private, what everybody sees. */
export function PrivacyPart({
  submission,
  onChoose,
}: {
  readonly submission: Submission;
  readonly onChoose: (choice: Choice) => void;
}): VNode {
  const { key, choice, local } = submission;
  const obstacle = whyNotHere(submission);
  const isReport = choice === 'report';
  const id = `file-${key}-here`;
  return (
    <div class="privacy">
      <label class="switch">
        <input
          id={id}
          type="checkbox"
          role="switch"
          checked={isReport}
          disabled={obstacle !== undefined}
          aria-describedby={`${id}-means`}
          onChange={(event) => onChoose(event.currentTarget.checked ? 'report' : 'file')}
        />
        <span>Analyse here, send only the report</span>
      </label>
      <dl class="means" id={`${id}-means`}>
        <div>
          <dt>{isReport ? 'Stays on this machine' : 'Private to the maintainers'}</dt>
          <dd>
            {isReport
              ? 'The file itself. It is never sent.'
              : 'The file itself. Each opening is recorded; it is deleted after 30 days at most, or when you say so.'}
          </dd>
        </div>
        <div>
          <dt>Everybody can see</dt>
          <dd>
            The file’s name and size, what you write about it, and the report: figures, findings, names of classes,
            functions and metrics. <ReportLink submission={submission} />
          </dd>
        </div>
      </dl>
      {obstacle !== undefined && local.state !== 'failed' && (
        <p class="quiet">It cannot be analysed here. {obstacle}</p>
      )}
    </div>
  );
}

/** Exactly what would be sent, to read before. */
function ReportLink({ submission: { file, local, context } }: { submission: Submission }): VNode | null {
  if (local.state !== 'done') return null;
  const { analysis } = local;
  const save = (): void => {
    const url = URL.createObjectURL(new Blob([JSON.stringify({ ...analysis, context }, null, 1)]));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${file.name}.report.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  return (
    <button type="button" class="button small plain inline" onClick={save}>
      Save the report to read it first
    </button>
  );
}
