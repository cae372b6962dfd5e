import type { VNode } from 'preact';
import { useCallback } from 'preact/hooks';
import type { Missing } from '../../functions/model/case.ts';
import { MissingList } from '../parts/missing-list.tsx';
import { useHydrated } from '../parts/hydrated.ts';
import { Section } from '../parts/section.tsx';
import { Shell } from '../parts/shell.tsx';
import { CompareHere } from '../send/compare-here.tsx';
import { DropArea } from '../send/drop-area.tsx';
import { FileHead } from '../send/file-row.tsx';
import { LocalPart } from '../send/local-part.tsx';
import { whyNotHere } from '../send/submission.ts';
import { TabEnded } from '../send/tab-ended.tsx';
import { useSubmissions } from '../send/use-submissions.ts';

export interface AnalysePageProps {
  /** How one gets what tells most. */
  readonly missing: readonly Missing[];
}

const NOTHING_LEAVES = { fileBytes: 0, reportBytes: 0 };

/** For who has a file and no investigation yet: it is read here and stays here. */
export function AnalysePage({ missing }: AnalysePageProps): VNode {
  const isReady = useHydrated();
  const { submissions, all } = useSubmissions('', '', NOTHING_LEAVES);
  const add = useCallback((files: readonly File[]) => submissions.add(files), [submissions]);
  return (
    <Shell crumbs={[{ href: '/', name: 'Investigations' }]}>
      <h1>Analyse a file</h1>
      <p class="lede send-lede">
        Is it a leak, in which memory, and what holds it? The file is read in this browser and stays on this machine.
      </p>
      <div class="stack send-stack">
        <TabEnded />
        <DropArea onFiles={add} isReady={isReady} />
        <noscript>
          <p class="notice">
            Without JavaScript this page cannot read files. The command line does: <code>casebook analyse FILE</code>.
          </p>
        </noscript>
        {all.length > 0 && (
          <ul class="file-rows" aria-label="Files">
            {all.map((submission) => {
              const obstacle = submission.local.state === 'failed' ? undefined : whyNotHere(submission);
              return (
                <li class="file-row" key={submission.key} aria-labelledby={`file-${submission.key}-name`}>
                  <FileHead submission={submission} onRemove={() => submissions.remove(submission.key)} />
                  {obstacle !== undefined && <p class="notice warning">{obstacle}</p>}
                  <LocalPart submission={submission} submissions={submissions} />
                </li>
              );
            })}
          </ul>
        )}
        <CompareHere all={all} />
      </div>
      <Section id="get" title="What to look into, and how to get it">
        <MissingList missing={missing} />
      </Section>
    </Shell>
  );
}
