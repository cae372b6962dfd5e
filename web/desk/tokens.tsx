import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { NewToken } from '../../functions/model/person.ts';
import { isObject } from '../calls/call.ts';
import { formatBytes } from '../draw/format.ts';
import { ConfirmButton } from '../form/confirm-button.tsx';
import { Problem } from '../form/problem.tsx';
import { Command } from '../parts/command.tsx';
import { curlLine } from '../parts/curl-line.ts';
import { Pill } from '../parts/pill.tsx';
import { Time } from '../parts/time.tsx';
import { cronJob } from './cron-job.ts';
import { RecordForm } from './record-form.tsx';
import { TOKEN } from './specs.ts';
import { useAction } from './use-action.ts';
import type { Desk } from './use-desk.ts';

/** Tokens of clusters: write only, this investigation only, expiring. A secret is shown once and never again. */
export function Tokens({ desk }: { readonly desk: Desk }): VNode {
  const [secret, setSecret] = useState<string>();
  const [isIssuing, setIssuing] = useState(false);
  const readSecret = (answer: unknown): string =>
    isObject(answer) && typeof answer['secret'] === 'string' ? answer['secret'] : '';
  return (
    <div class="stack">
      <p class="measure">
        A token lets a cluster, a cron job or CI send evidence to this investigation, and do nothing else.
      </p>
      {desk.investigation.publicToken === undefined && <ClosedToStrangers desk={desk} />}
      {secret !== undefined && <Issued desk={desk} secret={secret} onDone={() => setSecret(undefined)} />}
      {isIssuing ? (
        <div class="card">
          <h3>Issue a token</h3>
          <RecordForm
            name={`${desk.slug}.tokens`}
            specs={TOKEN}
            schema={NewToken}
            initial={{ expiresInDays: 90 }}
            submit="Issue it"
            onSubmit={async (fields) => setSecret(await desk.ask('POST', 'tokens', readSecret, fields))}
            onDone={() => setIssuing(false)}
            onCancel={() => setIssuing(false)}
          />
        </div>
      ) : (
        <p>
          <button type="button" class="button" onClick={() => setIssuing(true)}>
            Issue a token
          </button>
        </p>
      )}
      {desk.tokens.length > 0 && (
        <ul class="work-list">
          {desk.tokens.toReversed().map((token) => (
            <TokenItem key={token.id} desk={desk} token={token} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** Without a public token the form and the curl line of the page are gone. */
function ClosedToStrangers({ desk }: { readonly desk: Desk }): VNode {
  const { run, isBusy, error } = useAction();
  return (
    <div class="notice warning stack-tight">
      <p>
        <strong>Closed to strangers.</strong> The page of the investigation shows no form and no curl line.
      </p>
      <p>
        <button
          type="button"
          class="button small"
          disabled={isBusy}
          onClick={() => void run(() => desk.ask('POST', 'public-token', () => undefined, {}))}
        >
          Open it again with a new public token
        </button>
      </p>
      {error && <Problem title="It was not opened." error={error} />}
    </div>
  );
}

function Issued({
  desk,
  secret,
  onDone,
}: {
  readonly desk: Desk;
  readonly secret: string;
  readonly onDone: () => void;
}): VNode {
  const line = { publicUrl: location.origin, slug: desk.slug, token: secret };
  return (
    <div class="notice good stack issued" role="status">
      <p>
        <strong>This is the token. It is shown this once.</strong> Put it where the cluster keeps secrets.
      </p>
      <Command text={secret} wrap />
      <p>One line that sends a file:</p>
      <Command text={curlLine(line)} wrap />
      <details>
        <summary>A Kubernetes CronJob that sends the memory of all pods of its namespace</summary>
        <Command text={cronJob(line)} />
      </details>
      <p>
        <button type="button" class="button small" onClick={onDone}>
          I have kept it
        </button>
      </p>
    </div>
  );
}

function TokenItem({ desk, token }: { readonly desk: Desk; readonly token: Desk['tokens'][number] }): VNode {
  const { run, isBusy, error } = useAction();
  const isOver = token.revokedAtMs !== undefined || token.expiresAtMs < Date.now();
  return (
    <li class="work-item">
      <div class="row spread">
        <h3 class="row">
          {token.label}
          {token.revokedAtMs !== undefined ? <Pill>revoked</Pill> : isOver && <Pill>expired</Pill>}
        </h3>
        {!isOver && (
          <ConfirmButton
            question={`Revoke “${token.label}”? What sends with it is refused from then on.`}
            yes="Revoke"
            disabled={isBusy}
            onConfirm={() => void run(() => desk.ask('DELETE', `tokens/${token.id}`, () => undefined))}
          >
            Revoke<span class="unseen"> {token.label}</span>
          </ConfirmButton>
        )}
      </div>
      <p class="meta">
        <span>
          {token.lastUsedAtMs === undefined ? (
            'never used'
          ) : (
            <>
              last used <Time ms={token.lastUsedAtMs} as="age" />
            </>
          )}
        </span>
        <span>{formatBytes(token.usedBytes)} sent</span>
        <span>
          ends <Time ms={token.expiresAtMs} as="day" />
        </span>
        <span>issued by {token.createdBy}</span>
      </p>
      {token.label === 'public' && !isOver && (
        <p class="quiet">
          The one on the page of the investigation. Revoked, the investigation takes evidence only from those who have
          another token.
        </p>
      )}
      {error && <Problem title="It was not revoked." error={error} />}
    </li>
  );
}
