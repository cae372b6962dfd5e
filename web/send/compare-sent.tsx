import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { MOST_COMPARED } from '../../functions/model/evidence.ts';
import type { AppError } from '../../functions/model/error.ts';
import type { ReceiptKey } from '../calls/receipt-address.ts';
import { compareSent } from '../calls/receipts.ts';
import { toAppError } from '../calls/to-app-error.ts';
import { Problem } from '../form/problem.tsx';
import { Time } from '../parts/time.tsx';
import { keptReceipts, type KeptReceipt } from './kept-receipts.ts';

/** Two and more of what was sent from this browser are compared by the hub; the receipts say whose they are. */
export function CompareSent({ receipt }: { readonly receipt: ReceiptKey }): VNode | null {
  const [others, setOthers] = useState<readonly KeptReceipt[]>([]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<{ readonly url: string } | 'asking' | AppError>();
  useEffect(() => {
    const isOther = ({ slug, id }: KeptReceipt): boolean => slug === receipt.slug && id !== receipt.id;
    setOthers(keptReceipts().read().filter(isOther).toReversed());
  }, [receipt]);
  if (others.length === 0) return null;
  const picked = others.filter(({ id }) => chosen.has(id));
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
    setAsked(undefined);
  };
  const ask = (): void => {
    setAsked('asking');
    compareSent(receipt, picked).then(
      ({ url }) => setAsked({ url }),
      (error: unknown) => setAsked(toAppError(error)),
    );
  };
  const isAsking = asked === 'asking';
  return (
    <form
      class="stack-tight"
      aria-labelledby="compare-sent"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <h2 id="compare-sent">Compare it with another of yours</h2>
      <p class="quiet measure">
        Two dumps of one process show what grew and who holds it; a third tells growth from warming up. The result is on
        a page that everybody can see.
      </p>
      <fieldset class="evidence-choices">
        <legend class="unseen">Sent from this browser</legend>
        {others.slice(0, 30).map(({ id, name, sentAtMs }) => (
          <label class="choice" key={id}>
            <input
              type="checkbox"
              checked={chosen.has(id)}
              disabled={!chosen.has(id) && picked.length >= MOST_COMPARED - 1}
              onChange={() => toggle(id)}
            />
            <span>
              <span class="mono">{name}</span>{' '}
              <span class="quiet">
                <Time ms={sentAtMs} as="age" />
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      <p class="row">
        <button type="submit" class="button small" disabled={picked.length === 0 || isAsking}>
          {picked.length > 1 ? `Compare these ${picked.length + 1}` : 'Compare'}
        </button>
        <span role="status">
          {isAsking && 'Asking the hub…'}
          {typeof asked === 'object' && 'url' in asked && (
            <>
              In line. The result will be on <a href={asked.url}>the comparison’s page</a>.
            </>
          )}
        </span>
      </p>
      {typeof asked === 'object' && 'code' in asked && <Problem title="They were not compared." error={asked} />}
    </form>
  );
}
