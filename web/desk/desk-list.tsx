import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { AppError } from '../../functions/model/error.ts';
import type { Investigation } from '../../functions/model/investigation.ts';
import { call, isObject } from '../calls/call.ts';
import { toAppError } from '../calls/to-app-error.ts';
import { Problem } from '../form/problem.tsx';
import { Empty } from '../parts/empty.tsx';
import { StatusPill } from '../parts/pill.tsx';
import { Time } from '../parts/time.tsx';
import { addressOf } from './route.ts';

/** All investigations, those that moved last first. */
export function DeskList(): VNode {
  const [investigations, setInvestigations] = useState<readonly Investigation[]>();
  const [error, setError] = useState<AppError>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    call('GET', '/api/investigations', readList, { signal: controller.signal }).then(
      (list) => {
        setInvestigations(list.toSorted((a, b) => b.updatedAtMs - a.updatedAtMs));
        setError(undefined);
      },
      (failure: unknown) => {
        if (!controller.signal.aborted) setError(toAppError(failure));
      },
    );
    return () => controller.abort();
  }, [round]);
  if (error) {
    return (
      <Problem title="The list could not be read." error={error}>
        <button type="button" class="button small" onClick={() => setRound(round + 1)}>
          Try again
        </button>
      </Problem>
    );
  }
  if (!investigations) return <p class="quiet">Reading the list…</p>;
  if (investigations.length === 0) {
    return (
      <Empty title="No investigation yet.">
        <p>
          One investigation, one suspicion: a product, the versions in which memory grows, and what is known so far. It
          gets a page, a form and a curl line for everybody who sees the same.
        </p>
        <p>
          <a class="button primary" href="#+new">
            Open the first
          </a>
        </p>
      </Empty>
    );
  }
  return (
    <div class="stack">
      <p>
        <a class="button" href="#+new">
          Open an investigation
        </a>{' '}
        <a class="button plain" href="#+jobs">
          Failed jobs
        </a>
      </p>
      <ul class="work-list">
        {investigations.map(({ slug, title, status, product, updatedAtMs }) => (
          <li class="work-item" key={slug}>
            <h2 class="row desk-list-title">
              <a href={addressOf(slug)}>{title}</a>
              <StatusPill status={status} />
            </h2>
            <p class="meta">
              <span>{product}</span>
              <span>
                changed <Time ms={updatedAtMs} as="age" />
              </span>
              <a href={`/i/${slug}/`}>Published page</a>
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A list, alone or under its name. */
function readList(answer: unknown): Investigation[] {
  const list: unknown = isObject(answer) ? answer['investigations'] : answer;
  // The hub parsed each by its schema on the way out.
  return Array.isArray(list) ? (list as Investigation[]) : [];
}
