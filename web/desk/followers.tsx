import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { isObject } from '../calls/call.ts';
import { ConfirmButton } from '../form/confirm-button.tsx';
import { Problem } from '../form/problem.tsx';
import { Command } from '../parts/command.tsx';
import { Pill } from '../parts/pill.tsx';
import { Time } from '../parts/time.tsx';
import type { DeskSubscription } from './desk-data.ts';
import { RecordForm } from './record-form.tsx';
import { MailAddress, MAIL, WEBHOOK, WebhookTarget } from './specs.ts';
import { useAction } from './use-action.ts';
import type { Desk } from './use-desk.ts';

const readSecret = (answer: unknown): string =>
  isObject(answer) && typeof answer['signingSecret'] === 'string' ? answer['signingSecret'] : '';

/** Who hears of what happens: by feed, webhook and mail. */
export function Followers({ desk }: { readonly desk: Desk }): VNode {
  const [adding, setAdding] = useState<'webhook' | 'mail'>();
  const [secret, setSecret] = useState('');
  const { subscriptions, slug } = desk;
  const done = { onDone: () => setAdding(undefined), onCancel: () => setAdding(undefined) };
  return (
    <div class="stack">
      <p class="measure">
        They hear of updates, alerts, judgements, findings by people, analysed evidence and changes of status.
      </p>
      <p class="meta">
        <a href={`/i/${slug}/feed.xml`}>The Atom feed</a>
        <span>is open to everybody, and nobody counts who reads it</span>
      </p>
      {secret !== '' && (
        <div class="notice good stack issued" role="status">
          <p>
            <strong>This secret signs what the webhook receives. It is shown this once.</strong> The header{' '}
            <span class="mono">webhook-signature</span> is the HMAC-SHA256 of id, time and body, as standardwebhooks.com
            lays down.
          </p>
          <Command text={secret} wrap />
          <p>
            <button type="button" class="button small" onClick={() => setSecret('')}>
              I have kept it
            </button>
          </p>
        </div>
      )}
      {adding === 'webhook' ? (
        <div class="card">
          <h3>Add a webhook</h3>
          <RecordForm
            name={`${slug}.webhook`}
            specs={WEBHOOK}
            schema={WebhookTarget}
            submit="Add it"
            onSubmit={async ({ target }) =>
              setSecret(await desk.ask('POST', 'subscriptions', readSecret, { channel: 'webhook', target }))
            }
            {...done}
          />
        </div>
      ) : adding === 'mail' ? (
        <div class="card">
          <h3>Add a mail address</h3>
          <RecordForm
            name={`${slug}.mail`}
            specs={MAIL}
            schema={MailAddress}
            submit="Send the letter"
            onSubmit={({ target }) => desk.ask('POST', 'subscriptions', () => undefined, { channel: 'mail', target })}
            {...done}
          />
        </div>
      ) : (
        <p class="row">
          <button type="button" class="button" onClick={() => setAdding('webhook')}>
            Add a webhook
          </button>
          <button type="button" class="button" onClick={() => setAdding('mail')}>
            Add a mail address
          </button>
        </p>
      )}
      {subscriptions.length === 0 ? (
        <p class="quiet measure">
          Nobody follows by webhook or mail yet. Readers subscribe on the published page; a chat room takes a webhook.
        </p>
      ) : (
        <ul class="work-list">
          {subscriptions.toReversed().map((one) => (
            <Follower key={one.id} desk={desk} one={one} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Follower({ desk, one }: { readonly desk: Desk; readonly one: DeskSubscription }): VNode {
  const { run, isBusy, error } = useAction();
  const { id, channel, target, confirmed } = one;
  return (
    <li class="work-item">
      <div class="row spread">
        <h3 class="row">
          <span class="mono follower">{target}</span>
          {confirmed ? <Pill tone="sound">{channel}</Pill> : <Pill tone="unsure">{channel}, not confirmed yet</Pill>}
        </h3>
        <ConfirmButton
          question={`Send no more news to ${target}?`}
          yes="End it"
          disabled={isBusy}
          onConfirm={() => void run(() => desk.ask('DELETE', `subscriptions/${id}`, () => undefined))}
        >
          End<span class="unseen"> {target}</span>
        </ConfirmButton>
      </div>
      <p class="meta">
        <span>{one.by === 'stranger' ? 'asked for it on the page' : `added by ${one.by}`}</span>
        <Time ms={one.atMs} as="age" />
        {!confirmed && <span>gets nothing before the link in its letter was opened</span>}
      </p>
      {error && <Problem title="It was not ended." error={error} />}
    </li>
  );
}
