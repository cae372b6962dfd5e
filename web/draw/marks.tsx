import type { VNode } from 'preact';
import type { Mark } from '../../functions/model/view.ts';
import { LIGHT } from './palette.ts';

type Kind = Mark['kind'];

/** Each kind of event has a shape of its own, centred on 0,0 in a box of 12: colour only repeats what the shape says. */
export const MARKS: Readonly<Record<Kind, { path: string; hollow: boolean; word: string; colour: string }>> = {
  restart: { path: 'M-4.5-3.5h9L0 4.5Z', hollow: true, word: 'restart', colour: LIGHT.ink2 },
  'oom-kill': { path: 'M-4-4 4 4M4-4-4 4', hollow: true, word: 'OOM kill', colour: LIGHT.leak },
  deploy: { path: 'M0-5 5 0 0 5-5 0Z', hollow: false, word: 'deploy', colour: LIGHT.accent },
  experiment: { path: 'M-4-4h8v8h-8Z', hollow: true, word: 'experiment', colour: LIGHT.accent },
  update: { path: 'M0-4a4 4 0 1 0 .01 0Z', hollow: false, word: 'update', colour: LIGHT.ink2 },
  onset: { path: 'M-4.5 4h9L0-4.5Z', hollow: false, word: 'onset', colour: LIGHT.leak },
  fixed: { path: 'M-5 0-1.5 4 5-4', hollow: true, word: 'fixed', colour: LIGHT.sound },
  gap: { path: 'M-5-4h2M-5 4h2M5-4h-2M5 4h-2M-5-4v8M5-4v8', hollow: true, word: 'gap in the data', colour: LIGHT.ink3 },
  note: { path: 'M0-3.5a3.5 3.5 0 1 0 .01 0Z', hollow: true, word: 'note', colour: LIGHT.ink2 },
};

/** The shape alone, for lists and legends. */
export function MarkIcon({ kind }: { kind: Kind }): VNode {
  return (
    <svg class="mark-icon" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
      <MarkShape kind={kind} />
    </svg>
  );
}

export function MarkShape({ kind, alone = false }: { kind: Kind; alone?: boolean }): VNode {
  const { path, hollow, colour } = MARKS[kind];
  const paint = alone
    ? { fill: hollow ? 'none' : colour, stroke: colour, 'stroke-width': '1.75' }
    : { class: `mark ${kind}${hollow ? ' hollow' : ''}` };
  return <path d={path} {...paint} />;
}
