import type { VNode } from 'preact';
import type { CaseDocument, Verdict } from '../../../functions/model/case.ts';
import { formatNumber, plural } from '../../draw/format.ts';
import { Html } from '../../parts/html.tsx';
import { StatusPill, VerdictPill } from '../../parts/pill.tsx';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';

/** The lines that answer: what, how sure, from what, when. */
export function Answer({ data }: { data: CaseDocument }): VNode {
  const { investigation, verdict } = data;
  const [first, rest] = splitVerdict(verdict.sentence);
  return (
    <header class={`answer ${verdict.state}`}>
      <div class="row">
        <VerdictPill state={verdict.state} />
        <StatusPill status={investigation.status} />
        {investigation.duplicateOf !== undefined && (
          <span>
            of <a href={`/i/${investigation.duplicateOf}/`}>{investigation.duplicateOf}</a>
          </span>
        )}
        <span class="quiet">{affected(investigation)}</span>
      </div>
      <h1>
        <Said text={investigation.title} />
      </h1>
      <p class={first.length > LARGE_CHARACTERS ? 'verdict long' : 'verdict'}>
        <Said text={first} />
      </p>
      {rest !== '' && !verdict.wouldDecide.includes(rest) && (
        <p class="lede">
          <Said text={rest} />
        </p>
      )}
      <p class="meta">
        {verdict.confidence > 0 && <Confidence verdict={verdict} />}
        <span>
          {verdict.submissions === 0
            ? 'no evidence analysed yet'
            : `from ${plural(verdict.submissions, 'submission')}${verdict.clusters > 0 ? `, ${plural(verdict.clusters, 'cluster')}` : ''}`}
        </span>
        <span>
          updated <Time ms={data.updatedAtMs} as="age" /> by {data.updatedBy}
        </span>
      </p>
      {verdict.wouldDecide.length > 0 && (
        <div class={verdict.state === 'leak' ? 'notice' : 'notice warning'}>
          <p>
            <strong>{verdict.state === 'leak' ? 'What would name the cause' : 'What would decide'}</strong>
          </p>
          <ul class="bullets">
            {verdict.wouldDecide.map((what) => (
              <li>
                <Said text={what} />
              </li>
            ))}
          </ul>
        </div>
      )}
      <Html html={investigation.html} />
    </header>
  );
}

const LARGE_CHARACTERS = 150;
/** Below this a sentence is the verdict's name alone: "Undecided." */
const TELLING_CHARACTERS = 40;

/** As many whole sentences as one can take in at a glance, and what follows them. */
export function splitVerdict(sentence: string): [string, string] {
  if (sentence.length <= LARGE_CHARACTERS) return [sentence, ''];
  const ends = [...sentence.matchAll(/[.!?] (?=[A-Z0-9`])/g)].map((match) => match.index + 1);
  const end =
    ends.findLast((at) => at <= LARGE_CHARACTERS && at >= TELLING_CHARACTERS) ??
    ends.find((at) => at >= TELLING_CHARACTERS);
  return end === undefined ? [sentence, ''] : [sentence.slice(0, end), sentence.slice(end + 1)];
}

function affected({ product, versions }: CaseDocument['investigation']): string {
  if (versions.length === 0) return product;
  const shown = versions.length > 6 ? [...versions.slice(0, 5), `${String(versions.length - 5)} more`] : versions;
  return `${product} ${shown.join(', ')}`;
}

/** How sure: a word, a number and a bar; `<meter>` needs no style of its own. */
export function Confidence({ verdict }: { verdict: Pick<Verdict, 'confidence'> }): VNode {
  const percent = Math.round(verdict.confidence * 100);
  const word = percent >= 90 ? 'very sure' : percent >= 70 ? 'fairly sure' : percent >= 40 ? 'unsure' : 'a guess';
  return (
    <span class="confidence">
      <svg width="48" height="8" aria-hidden="true">
        <rect class="track" width="48" height="8" rx="4" />
        <rect class="fill" width={(48 * percent) / 100} height="8" rx="4" />
      </svg>
      {word}, {formatNumber(percent)}
      {'\u202f'}%
    </span>
  );
}
