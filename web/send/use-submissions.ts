import { useEffect, useState } from 'preact/hooks';
import { analyseHere, recogniseHere } from '../local/analyse-here.ts';
import { putByXhr } from './put.ts';
import type { SendLimits, Submission } from './submission.ts';
import { Submissions } from './submissions.ts';

/** The rows of a page, kept outside of rendering. */
export function useSubmissions(
  slug: string,
  token: string,
  limits: SendLimits,
): { readonly submissions: Submissions; readonly all: readonly Submission[] } {
  const [submissions] = useState(
    () => new Submissions({ slug, token, limits, put: putByXhr, recognise: recogniseHere, analyse: analyseHere }),
  );
  const [all, setAll] = useState(submissions.all);
  useEffect(() => submissions.subscribe(() => setAll(submissions.all)), [submissions]);
  const isBusy = all.some(({ transfer }) => transfer.state === 'announcing' || transfer.state === 'sending');
  useEffect(() => {
    if (!isBusy) return;
    // Browsers ask in their own words whether to leave.
    const onLeave = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', onLeave);
    return () => removeEventListener('beforeunload', onLeave);
  }, [isBusy]);
  return { submissions, all };
}
