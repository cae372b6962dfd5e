import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseDocument } from '../../../functions/model/case.ts';
import type { Mark } from '../../../functions/model/view.ts';
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
  readonly href?: string;
}

const FIRST = 8;

/** The chart and, on the same time axis, what happened: point at one, see the other. */
export function Timeline({ data }: { data: CaseDocument }): VNode {
  const [pointedMs, setPointedMs] = useState<number | undefined>(undefined);
  const moments = momentsOf(data);
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
        {moment.href === undefined ? (
          <Said text={moment.text} />
        ) : (
          <a href={moment.href}>
            <Said text={moment.text} />
          </a>
        )}
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
          <ol class="moments">{moments.slice(0, FIRST).map(item)}</ol>
          {moments.length > FIRST && (
            <details class="more">
              <summary>{moments.length - FIRST} earlier</summary>
              <ol class="moments">{moments.slice(FIRST).map(item)}</ol>
            </details>
          )}
        </>
      )}
    </Section>
  );
}

/** Measured marks and people's events, the newest first; `onset` and `fixed` are told even when old. */
export function momentsOf(data: CaseDocument): Moment[] {
  const slug = data.investigation.slug;
  const evidence = new Map(data.evidence.map((one) => [one.id, one.name]));
  const measured = (data.chart?.marks ?? []).map((mark, i): Moment => ({
    key: `mark-${i}`,
    atMs: mark.timeMs,
    kind: mark.kind,
    text: mark.label,
  }));
  const told = data.timeline.map((event): Moment => ({
    key: event.id,
    atMs: event.atMs,
    kind: event.kind.startsWith('experiment/') ? 'experiment' : event.kind.startsWith('update/') ? 'update' : 'note',
    // An event keeps no names of files (their submitters may delete them): the name is the evidence's own.
    text: evidence.has(event.subjectId) ? `${event.text}: ${evidence.get(event.subjectId) ?? ''}` : event.text,
    by: event.by,
    ...(evidence.has(event.subjectId) ? { href: address.evidence(slug, event.subjectId) } : {}),
  }));
  // An update is a mark of the chart and an event: told once.
  const events = new Set(told.filter(({ kind }) => kind === 'update').map(({ atMs }) => atMs));
  const marks = measured.filter(({ kind, atMs }) => kind !== 'update' || !events.has(atMs));
  return [...marks, ...told].sort((a, b) => b.atMs - a.atMs).slice(0, 300);
}
