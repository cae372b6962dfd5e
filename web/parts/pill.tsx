import type { ComponentChildren, VNode } from 'preact';
import type { Verdict } from '../../functions/model/case.ts';
import type { Experiment, Hypothesis, Step } from '../../functions/model/casework.ts';
import type { Severity } from '../../functions/model/analysis.ts';
import type { EvidenceState } from '../../functions/model/evidence.ts';
import type { InvestigationStatus } from '../../functions/model/investigation.ts';

export type Tone = 'leak' | 'sound' | 'unsure' | 'active' | 'critical' | 'warning' | 'plain';

/** Shapes in a box of 12: a state is told by shape and word; colour only repeats it. */
const SHAPES: Readonly<Record<Tone, string>> = {
  leak: 'M1 10 5 6l2 2 4-6M7.5 2H11v3.5',
  sound: 'M1.5 6.5 4.5 9.5 10.5 2.5',
  unsure: 'M6 1.2a4.8 4.8 0 1 0 .01 0ZM6 3.6v3M6 8.2v.4',
  active: 'M6 1.2a4.8 4.8 0 1 0 .01 0ZM6 3.4V6l2 1.4',
  critical: 'M6 1 11 10.5H1ZM6 4.4v2.8M6 8.6v.2',
  warning: 'M6 1 11 6 6 11 1 6Z',
  plain: 'M6 2.4a3.6 3.6 0 1 0 .01 0Z',
};

export function Pill({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }): VNode {
  return (
    <span class={`pill ${tone}`}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        <path
          d={SHAPES[tone]}
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linejoin="round"
          stroke-linecap="round"
        />
      </svg>
      {children}
    </span>
  );
}

type Said = readonly [Tone, string];

const STATUS: Readonly<Record<InvestigationStatus, Said>> = {
  open: ['active', 'open'],
  reproducing: ['active', 'reproducing'],
  'cause-known': ['active', 'cause known'],
  'fix-in-test': ['unsure', 'fix in test'],
  resolved: ['sound', 'resolved'],
  'not-a-leak': ['sound', 'not a leak'],
  duplicate: ['plain', 'duplicate'],
};
const VERDICT: Readonly<Record<Verdict['state'], Said>> = {
  leak: ['leak', 'leak'],
  'no-leak': ['sound', 'no leak'],
  undecided: ['unsure', 'undecided'],
  'no-evidence': ['plain', 'no evidence yet'],
};
const EVIDENCE: Readonly<Record<EvidenceState, Said>> = {
  'awaiting-upload': ['plain', 'awaiting upload'],
  received: ['active', 'received'],
  analysing: ['active', 'analysing'],
  analysed: ['sound', 'analysed'],
  refused: ['warning', 'refused'],
  expired: ['plain', 'expired'],
  deleted: ['plain', 'deleted'],
};
const SEVERITY: Readonly<Record<Severity, Said>> = {
  note: ['plain', 'note'],
  warning: ['warning', 'warning'],
  critical: ['critical', 'critical'],
};
const HYPOTHESIS: Readonly<Record<Hypothesis['state'], Said>> = {
  open: ['active', 'open'],
  supported: ['unsure', 'supported'],
  refuted: ['plain', 'refuted'],
  confirmed: ['leak', 'confirmed'],
};
const EXPERIMENT: Readonly<Record<Experiment['state'], Said>> = {
  planned: ['plain', 'planned'],
  running: ['active', 'running'],
  done: ['sound', 'done'],
  abandoned: ['plain', 'abandoned'],
};
const STEP: Readonly<Record<Step['state'], Said>> = {
  open: ['plain', 'open'],
  doing: ['active', 'doing'],
  done: ['sound', 'done'],
  dropped: ['plain', 'dropped'],
};

const say = ([tone, word]: Said): VNode => <Pill tone={tone}>{word}</Pill>;
export const StatusPill = ({ status }: { status: InvestigationStatus }): VNode => say(STATUS[status]);
export const VerdictPill = ({ state }: { state: Verdict['state'] }): VNode => say(VERDICT[state]);
export const EvidencePill = ({ state }: { state: EvidenceState }): VNode => say(EVIDENCE[state]);
export const SeverityPill = ({ severity }: { severity: Severity }): VNode => say(SEVERITY[severity]);
export const HypothesisPill = ({ state }: { state: Hypothesis['state'] }): VNode => say(HYPOTHESIS[state]);
export const ExperimentPill = ({ state }: { state: Experiment['state'] }): VNode => say(EXPERIMENT[state]);
export const StepPill = ({ state }: { state: Step['state'] }): VNode => say(STEP[state]);
