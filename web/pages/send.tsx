import type { VNode } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { formatBytes, plural } from '../draw/format.ts';
import { Command } from '../parts/command.tsx';
import { curlLine } from '../parts/curl-line.ts';
import { useHydrated } from '../parts/hydrated.ts';
import { Section } from '../parts/section.tsx';
import { Shell } from '../parts/shell.tsx';
import { CompareHere } from '../send/compare-here.tsx';
import { DropArea } from '../send/drop-area.tsx';
import { FileRow } from '../send/file-row.tsx';
import { Interrupted } from '../send/interrupted.tsx';
import { NotesForm } from '../send/notes-form.tsx';
import { isSettled, whyNotSend, type SendLimits, type Submission } from '../send/submission.ts';
import type { Submissions } from '../send/submissions.ts';
import { TabEnded } from '../send/tab-ended.tsx';
import { useSubmissions } from '../send/use-submissions.ts';

/** `/i/<slug>/send/` */
export interface SendProps {
  readonly slug: string;
  readonly title: string;
  /** Absent when the investigation is closed to strangers. */
  readonly publicToken?: string | undefined;
  readonly publicUrl: string;
  readonly limits: SendLimits;
}

export function SendPage(props: SendProps): VNode {
  const { slug, title, publicToken } = props;
  return (
    <Shell
      crumbs={[
        { href: '/', name: 'Investigations' },
        { href: `/i/${slug}/`, name: title },
      ]}
    >
      <h1>Send evidence</h1>
      {publicToken === undefined ? <Closed slug={slug} /> : <Open {...props} publicToken={publicToken} />}
    </Shell>
  );
}

function Closed({ slug }: { readonly slug: string }): VNode {
  return (
    <div class="notice stack-tight">
      <p>
        <strong>This investigation takes evidence only from those who have a token.</strong>
      </p>
      <p>
        Ask its maintainers for one, or read <a href={`/i/${slug}/`}>what is known so far</a>.
      </p>
    </div>
  );
}

function Open({ slug, publicToken, publicUrl, limits }: SendProps & { readonly publicToken: string }): VNode {
  const isReady = useHydrated();
  const { submissions, all } = useSubmissions(slug, publicToken, limits);
  const add = useCallback((files: readonly File[]) => submissions.add(files), [submissions]);
  const activeIds = useActiveIds(all);
  return (
    <>
      <p class="lede send-lede">
        Metric exports, heap dumps, class histograms. What is small is read in this browser at once; nothing leaves this
        machine before you press send.
      </p>
      <div class="stack send-stack">
        <TabEnded />
        <Interrupted slug={slug} activeIds={activeIds} />
        <DropArea onFiles={add} isReady={isReady} />
        <noscript>
          <p class="notice">Without JavaScript the form cannot read files: use the line below.</p>
        </noscript>
        {all.length > 0 && (
          <ul class="file-rows" aria-label="Files">
            {all.map((submission) => (
              <FileRow
                key={submission.key}
                submission={submission}
                submissions={submissions}
                limits={limits}
                slug={slug}
              />
            ))}
          </ul>
        )}
        <CompareHere all={all} />
        <SendAll all={all} submissions={submissions} limits={limits} />
      </div>
      <Section id="note" title="Or write a note">
        <NotesForm slug={slug} publicToken={publicToken} isReady={isReady} />
      </Section>
      <Section id="curl" title="Or send from a shell">
        <div class="stack">
          <p class="measure">
            From a cluster or a server, with nothing installed. Files up to 5 GB; the form above takes up to{' '}
            {formatBytes(limits.fileBytes)}.
          </p>
          <Command text={curlLine({ publicUrl, slug, token: publicToken })} wrap />
        </div>
      </Section>
    </>
  );
}

/** One button for everything that may leave, always in reach. */
function SendAll({
  all,
  submissions,
  limits,
}: {
  readonly all: readonly Submission[];
  readonly submissions: Submissions;
  readonly limits: SendLimits;
}): VNode | null {
  const open = all.filter((submission) => !isSettled(submission));
  const ready = open.filter((submission) => whyNotSend(submission, limits) === undefined);
  if (open.length === 0) return null;
  const files = ready.filter(({ choice }) => choice === 'file');
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  const reports = ready.length - files.length;
  const what = [
    files.length > 0 && `${plural(files.length, 'file')} (${formatBytes(bytes)})`,
    reports > 0 && plural(reports, 'report'),
  ].filter((part) => part !== false);
  return (
    <div class="send-all">
      <button
        type="button"
        class="button primary"
        disabled={ready.length === 0}
        onClick={() => {
          for (const { key } of ready) void submissions.transfers.send(key);
        }}
      >
        {ready.length === 0 ? 'Send' : `Send ${what.join(' and ')}`}
      </button>
      {ready.length < open.length && <span class="quiet">{plural(open.length - ready.length, 'file')} not ready</span>}
    </div>
  );
}

function useActiveIds(all: readonly Submission[]): ReadonlySet<string> {
  const ids = all
    .flatMap(({ transfer, continues }) => [
      ...('receipt' in transfer && transfer.receipt ? [transfer.receipt.id] : []),
      ...(continues ? [continues.id] : []),
    ])
    .join(' ');
  return useMemo(() => new Set(ids.split(' ').filter(Boolean)), [ids]);
}
