import type { VNode } from 'preact';
import { TextArea } from '../form/field.tsx';
import { formatBytes } from '../draw/format.ts';
import { Pill } from '../parts/pill.tsx';
import { ContextFields } from './context-fields.tsx';
import { LocalPart } from './local-part.tsx';
import { PrivacyPart } from './privacy-part.tsx';
import { RedactPart } from './redact-part.tsx';
import { RedactionReportShown } from './redaction-report.tsx';
import { isSettled, whyNotSend, type SendLimits, type Submission } from './submission.ts';
import type { Submissions } from './submissions.ts';
import { TransferPart } from './transfer-part.tsx';

/** One file: what it is, what it says, what will leave this machine, and how far it is. */
export function FileRow({
  submission,
  submissions,
  limits,
  slug,
}: {
  readonly submission: Submission;
  readonly submissions: Submissions;
  readonly limits: SendLimits;
  readonly slug: string;
}): VNode {
  const { key, file, transfer } = submission;
  const settled = isSettled(submission);
  const id = `file-${key}`;
  const obstacle = whyNotSend(submission, limits);
  return (
    <li class="file-row" id={id} aria-labelledby={`${id}-name`}>
      <FileHead
        submission={submission}
        {...((!settled || transfer.state === 'deleted') && { onRemove: () => submissions.remove(key) })}
      />
      {submission.notContinuing && !settled && <p class="notice warning">{submission.notContinuing}</p>}
      {submission.redaction && !settled && <RedactionReportShown report={submission.redaction} />}
      <LocalPart submission={submission} submissions={submissions} />
      {!settled && (
        <>
          <RedactPart
            submission={submission}
            onCopy={(copy) => {
              const next = submissions.replace(key, copy);
              // The button that was pressed is gone: its row goes on in the copy's.
              requestAnimationFrame(() => document.getElementById(`file-${next ?? key}-name`)?.focus());
            }}
          />
          <PrivacyPart submission={submission} onChoose={(choice) => submissions.choose(key, choice)} />
          <details class="about">
            <summary>
              <AboutSummary submission={submission} />
            </summary>
            <div class="stack">
              <ContextFields
                idPrefix={id}
                context={submission.context}
                touched={submission.touched}
                onChange={(name, value) => submissions.setContext(key, name, value)}
              />
              <TextArea
                id={`${id}-comment`}
                label="What should one know about it?"
                rows={3}
                maxLength={64 * 1024}
                value={submission.comment}
                onInput={(text) => submissions.setComment(key, text)}
              />
            </div>
          </details>
          <div class="row">
            <button
              type="button"
              class="button"
              disabled={obstacle !== undefined}
              aria-describedby={obstacle === undefined ? undefined : `${id}-obstacle`}
              onClick={() => void submissions.transfers.send(key)}
            >
              {submission.continues && submission.choice === 'file'
                ? 'Continue the upload'
                : submission.choice === 'report'
                  ? 'Send the report'
                  : 'Send the file'}
              <span class="unseen">: {file.name}</span>
            </button>
            {obstacle !== undefined && (
              <span class="quiet" id={`${id}-obstacle`}>
                {obstacle}
              </span>
            )}
          </div>
        </>
      )}
      <TransferPart submission={submission} submissions={submissions} slug={slug} />
    </li>
  );
}

/** Its name, size and what it was recognised as. */
export function FileHead({
  submission,
  onRemove,
}: {
  readonly submission: Submission;
  readonly onRemove?: () => void;
}): VNode {
  const { key, file } = submission;
  return (
    <div class="file-head">
      <h2 class="file-name mono" id={`file-${key}-name`} tabIndex={-1}>
        {file.name}
      </h2>
      <span class="meta">
        <span>{formatBytes(file.size)}</span>
        <Recognised submission={submission} />
      </span>
      {onRemove && (
        <button type="button" class="button small plain" onClick={onRemove}>
          Take off<span class="unseen"> {file.name}</span>
        </button>
      )}
    </div>
  );
}

function Recognised({ submission: { recognition } }: { submission: Submission }): VNode {
  if (recognition.state === 'looking') return <Pill tone="active">looking at it</Pill>;
  if (recognition.state === 'failed') return <Pill tone="warning">could not be looked at</Pill>;
  const { title } = recognition.recognised;
  return title ? <Pill tone="sound">{title}</Pill> : <Pill tone="unsure">not recognised</Pill>;
}

/** The context in one line, so that nobody has to unfold it to check. */
function AboutSummary({ submission: { context } }: { submission: Submission }): VNode {
  const said = [context.product, context.version, context.runtime, context.pod, context.container].filter(Boolean);
  return said.length === 0 ? (
    <>Say which version, pod and limit it is from</>
  ) : (
    <>
      It says: <span class="about-said">{said.join(' · ')}</span>. Correct or add
    </>
  );
}
