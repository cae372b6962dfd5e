import type { VNode } from 'preact';
import { EveryFormat, withoutList } from '../parts/refusal-words.tsx';
import { AnalysisResult } from './analysis-result.tsx';
import { ANALYSE_AT_ONCE_BYTES, isSettled, whyNotHere, type Submission } from './submission.ts';
import type { Submissions } from './submissions.ts';

/** The analysis in this browser: the offer, its progress, its result, or why there is none. */
export function LocalPart({
  submission,
  submissions,
}: {
  readonly submission: Submission;
  readonly submissions: Submissions;
}): VNode | null {
  const { key, local, file, recognition } = submission;
  switch (local.state) {
    case 'running':
      return (
        <div class="stack-tight" role="group" aria-label="Analysis in this browser">
          <div class="row spread">
            <span class="quiet">Analysing here: {local.step}</span>
            <button type="button" class="button small" onClick={() => submissions.cancelAnalysis(key)}>
              Cancel the analysis
            </button>
          </div>
          <progress max={1} value={local.done} aria-label={`Analysis of ${file.name}`} />
        </div>
      );
    case 'done':
      return <AnalysisResult analysis={local.analysis} idPrefix={`file-${key}`} isOpen={!isSettled(submission)} />;
    case 'failed':
      return local.error.code === 'aborted' ? (
        <Offer submission={submission} submissions={submissions} words="The analysis was cancelled." />
      ) : (
        <div class="notice warning stack-tight" role="status">
          <p>
            <strong>It could not be analysed here.</strong> {withoutList(local.error.message)[0]}
          </p>
          <EveryFormat reads={withoutList(local.error.message)[1]} />
          {local.error.code !== 'unrecognised' && local.error.code !== 'unsupported' && (
            <p>A hub has more memory and time: send the file to an investigation.</p>
          )}
        </div>
      );
    case 'none':
      if (recognition.state === 'looking' || whyNotHere(submission) || isSettled(submission)) return null;
      return file.size < ANALYSE_AT_ONCE_BYTES ? null : (
        <Offer
          submission={submission}
          submissions={submissions}
          words="Large, so it is not analysed before you ask. It may take some minutes and a few GB of memory."
        />
      );
  }
}

function Offer({
  submission,
  submissions,
  words,
}: {
  readonly submission: Submission;
  readonly submissions: Submissions;
  readonly words: string;
}): VNode {
  return (
    <div class="row">
      <button type="button" class="button small" onClick={() => void submissions.analyse(submission.key)}>
        Analyse it here<span class="unseen">: {submission.file.name}</span>
      </button>
      <span class="quiet">{words}</span>
    </div>
  );
}
