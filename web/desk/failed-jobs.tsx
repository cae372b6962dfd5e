import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { AppError } from '../../functions/model/error.ts';
import { call, ignore } from '../calls/call.ts';
import { toAppError } from '../calls/to-app-error.ts';
import { formatBytes, plural } from '../draw/format.ts';
import { Problem } from '../form/problem.tsx';
import { Empty } from '../parts/empty.tsx';
import { Time } from '../parts/time.tsx';
import { pathOf, readFailed, type FailedJob } from './desk-data.ts';
import { useAction } from './use-action.ts';
import type { Desk } from './use-desk.ts';

/** Analyses of one investigation that failed as often as they may, for a reason that is not in the file as far as one knows. */
export function FailedJobs({ desk }: { readonly desk: Desk }): VNode {
  const failed = desk.evidence.filter(({ refusal }) => refusal?.code === 'failed');
  if (failed.length === 0) {
    return (
      <Empty title="No job failed for good.">
        <p>
          An analysis that fails is tried again by itself. What still fails after that appears here, with the reason,
          and waits for your word.
        </p>
      </Empty>
    );
  }
  return (
    <ul class="work-list">
      {failed.map((evidence) => (
        <FailedItem
          key={evidence.id}
          job={evidence}
          isGone={evidence.rawDeleted}
          retry={() => desk.ask('POST', `evidence/${evidence.id}/analyse`, () => undefined, {})}
        />
      ))}
    </ul>
  );
}

/** Those of all investigations: `/desk/#+jobs`. */
export function AllFailedJobs(): VNode {
  const [failed, setFailed] = useState<readonly FailedJob[]>();
  const [error, setError] = useState<AppError>();
  const [round, setRound] = useState(0);
  const { run, isBusy, error: retryError } = useAction();
  useEffect(() => {
    const controller = new AbortController();
    call('GET', '/api/jobs/dead', readFailed, { signal: controller.signal }).then(setFailed, (failure: unknown) => {
      if (!controller.signal.aborted) setError(toAppError(failure));
    });
    return () => controller.abort();
  }, [round]);
  const again = async (task: Promise<unknown>): Promise<void> => {
    await task;
    setRound((before) => before + 1);
  };
  if (error) return <Problem title="The failed jobs could not be read." error={error} />;
  if (!failed) return <p class="quiet">Reading the failed jobs…</p>;
  if (failed.length === 0) {
    return (
      <Empty title="No job failed for good.">
        <p>Whatever fails is tried again by itself, a few times; what still fails waits here.</p>
      </Empty>
    );
  }
  return (
    <div class="stack">
      <p class="row">
        <span>{plural(failed.length, 'job')} failed as often as they may.</span>
        <button
          type="button"
          class="button small"
          disabled={isBusy}
          onClick={() => void run(() => again(call('POST', '/api/jobs/redrive', ignore, { body: {} })))}
        >
          Try all again
        </button>
      </p>
      {retryError && <Problem title="They were not tried again." error={retryError} />}
      <ul class="work-list">
        {failed.map((job) => (
          <FailedItem
            key={`${job.slug}/${job.id}`}
            job={job}
            isGone={false}
            retry={() => again(call('POST', pathOf(job.slug, 'evidence', job.id, 'analyse'), ignore, { body: {} }))}
          />
        ))}
      </ul>
    </div>
  );
}

function FailedItem({
  job,
  isGone,
  retry,
}: {
  readonly job: FailedJob;
  readonly isGone: boolean;
  readonly retry: () => Promise<unknown>;
}): VNode {
  const { run, isBusy, error } = useAction();
  const { slug, id, name, attempts, sizeBytes, failure } = job;
  return (
    <li class="work-item">
      <div class="row spread">
        <h3>
          <a class="mono" href={`/i/${slug}/evidence/${id}/`}>
            {name}
          </a>
        </h3>
        {!isGone && (
          <button type="button" class="button small" disabled={isBusy} onClick={() => void run(retry)}>
            Try again<span class="unseen"> {name}</span>
          </button>
        )}
      </div>
      <p class="meta">
        <span>the analysis failed {attempts === 1 ? 'once' : `${attempts} times`}</span>
        {failure && (
          <span>
            last <Time ms={failure.atMs} />
          </span>
        )}
        {sizeBytes > 0 && <span>{formatBytes(sizeBytes)}</span>}
        <a href={`#${slug}`}>{slug}</a>
        {isGone && <span>its bytes are gone: it must be sent again</span>}
      </p>
      <p class="source-text">{failure?.message ?? 'What it failed with was not kept: see the log of the hub.'}</p>
      {error && <Problem title="It was not tried again." error={error} />}
    </li>
  );
}
