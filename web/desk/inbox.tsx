import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { PublicEvidence } from '../../functions/model/evidence.ts';
import { formatBytes } from '../draw/format.ts';
import { TextField } from '../form/field.tsx';
import { Problem } from '../form/problem.tsx';
import { Empty } from '../parts/empty.tsx';
import { EvidencePill, Pill } from '../parts/pill.tsx';
import { Time } from '../parts/time.tsx';
import { sentenceOf } from '../send/evidence-progress.tsx';
import { isObject } from '../calls/call.ts';
import { Compare } from './compare.tsx';
import { NoteItem } from './note-item.tsx';
import { useAction } from './use-action.ts';
import type { Desk } from './use-desk.ts';

/** What came in: what waits for a word first, then everything, newest first. */
export function Inbox({ desk }: { readonly desk: Desk }): VNode {
  const byTime = <T extends { id: string }>(items: readonly T[]): T[] =>
    items.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const waits = (item: { visibility: string }): boolean => item.visibility === 'pending';
  const waiting = [...desk.evidence.filter(waits), ...desk.notes.filter(waits)].length;
  const rest = <T extends { visibility: string }>(items: readonly T[]): T[] => items.filter((item) => !waits(item));
  if (desk.evidence.length + desk.notes.length === 0) {
    return (
      <Empty title="Nothing has come in yet.">
        <p>
          Send the first piece by <a href={`/i/${desk.slug}/send/`}>the form</a>, or issue a token to a cluster.
        </p>
      </Empty>
    );
  }
  return (
    <div class="stack">
      {waiting > 0 && (
        <section aria-labelledby="waiting-title" class="waiting">
          <h3 id="waiting-title">
            Waiting for your word <span class="count">{waiting}</span>
          </h3>
          <ul class="work-list">
            {byTime(desk.evidence.filter(waits)).map((evidence) => (
              <EvidenceItem key={evidence.id} desk={desk} evidence={evidence} />
            ))}
            {byTime(desk.notes.filter(waits)).map((note) => (
              <NoteItem key={note.id} desk={desk} note={note} />
            ))}
          </ul>
        </section>
      )}
      <Compare desk={desk} />
      {rest(desk.evidence).length > 0 && (
        <section aria-labelledby="evidence-title">
          <h3 id="evidence-title">
            Evidence <span class="count">{rest(desk.evidence).length}</span>
          </h3>
          <ul class="work-list">
            {byTime(rest(desk.evidence)).map((evidence) => (
              <EvidenceItem key={evidence.id} desk={desk} evidence={evidence} />
            ))}
          </ul>
        </section>
      )}
      {rest(desk.notes).length > 0 && (
        <section aria-labelledby="notes-title">
          <h3 id="notes-title">
            Notes <span class="count">{rest(desk.notes).length}</span>
          </h3>
          <ul class="work-list">
            {byTime(rest(desk.notes)).map((note) => (
              <NoteItem key={note.id} desk={desk} note={note} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function EvidenceItem({ desk, evidence }: { readonly desk: Desk; readonly evidence: PublicEvidence }): VNode {
  const { run, isBusy, error } = useAction();
  const [isOpening, setOpening] = useState(false);
  const { id, name, visibility, state } = evidence;
  const show = (to: 'visible' | 'hidden'): void =>
    void run(() => desk.change('evidence', evidence, { visibility: to }));
  const mayAnalyse = (state === 'analysed' || state === 'refused') && !evidence.rawDeleted;
  return (
    <li class="work-item">
      <div>
        <h4 class="row">
          <a class="mono" href={`/i/${desk.slug}/evidence/${id}/`}>
            {name}
          </a>
          <EvidencePill state={state} />
          {visibility !== 'visible' && <Pill tone="unsure">{visibility}</Pill>}
          {evidence.kind === 'comparison' && <Pill>comparison</Pill>}
          {evidence.kind === 'report' && <Pill>reported by the submitter</Pill>}
        </h4>
      </div>
      <p class="meta">
        <span>{evidence.submittedBy}</span>
        <Time ms={evidence.submittedAtMs} as="age" />
        {evidence.kind !== 'comparison' && <span>{formatBytes(evidence.sizeBytes)}</span>}
        {evidence.format !== undefined && <span>{evidence.format}</span>}
        {[evidence.context.version, evidence.context.pod].filter(Boolean).map((said) => (
          <span>{said}</span>
        ))}
      </p>
      <p>{sentenceOf(evidence)}</p>
      {evidence.refusal && <p class="quiet">{evidence.refusal.message}</p>}
      {evidence.comment !== '' && <p class="source-text">{evidence.comment}</p>}
      <p class="row">
        {visibility !== 'visible' && (
          <button type="button" class="button small" disabled={isBusy} onClick={() => show('visible')}>
            {visibility === 'pending' ? 'Approve' : 'Show'}
            <span class="unseen"> {name}</span>
          </button>
        )}
        {visibility !== 'hidden' && (
          <button type="button" class="button small" disabled={isBusy} onClick={() => show('hidden')}>
            Hide<span class="unseen"> {name}</span>
          </button>
        )}
        {mayAnalyse && (
          <button
            type="button"
            class="button small"
            disabled={isBusy}
            onClick={() => void run(() => desk.ask('POST', `evidence/${id}/analyse`, () => undefined, {}))}
          >
            Analyse again<span class="unseen">: {name}</span>
          </button>
        )}
        {!evidence.rawDeleted && state !== 'awaiting-upload' && evidence.kind !== 'comparison' && (
          <button type="button" class="button small" aria-expanded={isOpening} onClick={() => setOpening(!isOpening)}>
            {evidence.kind === 'report' ? 'Open what was sent' : 'Open the raw file'}
            <span class="unseen"> {name}</span>
          </button>
        )}
      </p>
      {isOpening && <RawForm desk={desk} id={id} />}
      {error && <Problem title="It was not changed." error={error} />}
    </li>
  );
}

/** A raw file is opened under audit: who, when and why are written down before the link is given. */
function RawForm({ desk, id }: { readonly desk: Desk; readonly id: string }): VNode {
  const [reason, setReason] = useState('');
  const [link, setLink] = useState<{ url: string; expiresAtMs: number }>();
  const { run, isBusy, error } = useAction();
  const readLink = (answer: unknown): { url: string; expiresAtMs: number } =>
    isObject(answer) && typeof answer['url'] === 'string' && typeof answer['expiresAtMs'] === 'number'
      ? { url: answer['url'], expiresAtMs: answer['expiresAtMs'] }
      : { url: '', expiresAtMs: 0 };
  return (
    <form
      class="card stack-tight"
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () =>
          setLink(await desk.ask('POST', `evidence/${id}/raw`, readLink, { reason: reason.trim() })),
        );
      }}
    >
      <TextField
        id={`raw-${id}`}
        label="Why do you open it?"
        hint="It was sent in trust and may hold secrets. Your name, the time and this reason are recorded."
        required
        maxLength={300}
        value={reason}
        onInput={setReason}
      />
      <div class="row" aria-live="polite">
        <button type="submit" class="button small" disabled={isBusy || reason.trim() === ''}>
          Record it and get the link
        </button>
        {link && (
          <span>
            <a href={link.url} rel="noreferrer">
              Download
            </a>{' '}
            <span class="quiet">
              (the link ends <Time ms={link.expiresAtMs} as="age" />)
            </span>
          </span>
        )}
      </div>
      {error && <Problem title="It was not opened." error={error} />}
    </form>
  );
}
