import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseDocument } from '../../../functions/model/case.ts';
import type { Event } from '../../../functions/model/casework.ts';
import type { PublicEvidence } from '../../../functions/model/evidence.ts';
import type { Mark } from '../../../functions/model/view.ts';
import { plural } from '../../draw/format.ts';
import { MarkIcon } from '../../draw/marks.tsx';
import { Said } from '../../parts/said.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { Chart } from '../../views/chart/chart.tsx';
import { address } from '../address.ts';

interface Moment {
  readonly key: string;
  readonly atMs: number;
  readonly kind: Mark['kind'];
  readonly text: string;
  readonly by?: string;
  /** What the moment is of, which has a page. */
  readonly link?: { readonly href: string; readonly name: string };
  /** A mark of the chart; what people and alerts did; the arrival of a file, which the table of evidence says too. */
  readonly from: 'chart' | 'work' | 'arrival';
}

/** What of a case the list is made of. */
type Told = Pick<CaseDocument, 'chart' | 'evidence' | 'timeline'> & {
  readonly investigation: Pick<CaseDocument['investigation'], 'slug'>;
};

const FIRST = 8;

/** The chart and, on the same time axis, what happened: point at one, see the other. */
export function Timeline({ data }: { data: CaseDocument }): VNode {
  const [pointedMs, setPointedMs] = useState<number | undefined>(undefined);
  const moments = momentsOf(data);
  const first = telling(moments, FIRST);
  const rest = moments.filter((moment) => !first.includes(moment));
  const item = (moment: Moment): VNode => (
    <li
      key={moment.key}
      class={pointedMs === moment.atMs ? 'moment pointed' : 'moment'}
      onPointerEnter={() => setPointedMs(moment.atMs)}
      onPointerLeave={() => setPointedMs(undefined)}
    >
      <MarkIcon kind={moment.kind} />
      <span class="moment-time">
        <Time ms={moment.atMs} />
      </span>
      <span>
        {moment.link && (
          <>
            <a href={moment.link.href}>{moment.link.name}</a>{' '}
          </>
        )}
        <Said text={moment.text} />
        {moment.by !== undefined && <span class="quiet"> {moment.by}</span>}
      </span>
    </li>
  );
  return (
    <Section id="memory" title={data.chart ? (data.chart.title ?? 'Memory over time') : 'Timeline'}>
      {data.chart && (
        <Chart
          view={data.chart}
          untitled
          pointedMs={pointedMs}
          onPoint={setPointedMs}
          still={`/i/${data.investigation.slug}/chart.svg`}
        />
      )}
      {moments.length > 0 && (
        <>
          <ol class="moments">{first.map(item)}</ol>
          {rest.length > 0 && (
            <details class="more">
              <summary>{rest.length} more</summary>
              <ol class="moments">{rest.map(item)}</ol>
            </details>
          )}
        </>
      )}
    </Section>
  );
}

/** What is seen first: some of what the chart shows and what was done, arrivals where there is room. In the order of the list. */
function telling(moments: readonly Moment[], most: number): readonly Moment[] {
  const of = (from: Moment['from']): Moment[] => moments.filter((moment) => moment.from === from);
  const [marks, work] = [of('chart'), of('work')];
  const half = Math.ceil(most / 2);
  const chosen = new Set([...marks.slice(0, half), ...work, ...marks, ...of('arrival')].slice(0, most));
  return moments.filter((moment) => chosen.has(moment));
}

/** Measured marks and people's events, the newest first; `onset` and `fixed` are told even when old. */
export function momentsOf(data: Told): Moment[] {
  const measured = (data.chart?.marks ?? []).map((mark, i): Moment => ({
    key: `mark-${i}`,
    atMs: mark.timeMs,
    kind: mark.kind,
    text: mark.label,
    from: 'chart',
  }));
  const told = toldOf(data);
  // An update is a mark of the chart and an event: told once.
  const events = new Set(told.filter(({ kind }) => kind === 'update').map(({ atMs }) => atMs));
  const marks = measured.filter(({ kind, atMs }) => kind !== 'update' || !events.has(atMs));
  return [...marks, ...told].sort((a, b) => b.atMs - a.atMs).slice(0, 300);
}

/** Events as moments. A piece of evidence is told once, by its newest event, however often it was read again. */
function toldOf(data: Told): Moment[] {
  const evidence = new Map(data.evidence.map((one) => [one.id, one]));
  const seen = new Set<string>();
  return data.timeline
    .toSorted((a, b) => b.atMs - a.atMs)
    .flatMap((event): Moment[] => {
      const { id: key, atMs, by, kind, text, subjectId } = event;
      const one = evidence.get(subjectId);
      if (!one) return [{ key, atMs, by, text, kind: markOf(kind), from: 'work' }];
      // An event keeps no names of files (their submitters may delete them): the name is the evidence's own.
      const link = { href: address.evidence(data.investigation.slug, one.id), name: one.name };
      if (!kind.startsWith('evidence/')) return [{ key, atMs, by, text, link, kind: markOf(kind), from: 'work' }];
      if (seen.has(subjectId)) return [];
      seen.add(subjectId);
      return [{ key, atMs, by: one.submittedBy, text: stateOf(one, event), link, kind: 'note', from: 'arrival' }];
    });
}

function markOf(kind: string): Mark['kind'] {
  if (kind.startsWith('experiment/')) return 'experiment';
  if (kind.startsWith('deploy/')) return 'deploy';
  return kind.startsWith('update/') ? 'update' : 'note';
}

/** What became of it, of the record: an event of its own words only where the record says less. */
function stateOf({ state, findingCount, kind }: PublicEvidence, event: Event): string {
  if (state === 'analysed') return findingCount === 0 ? 'nothing found' : plural(findingCount, 'finding');
  if (state === 'refused') return event.text;
  return kind === 'comparison' ? 'to be compared' : 'received';
}
