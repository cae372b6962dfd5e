import type { VNode } from 'preact';
import type { PathView } from '../../functions/model/view.ts';
import { formatBytes, formatNumber } from '../draw/format.ts';
import { Figure, type ViewProps } from './figure.tsx';

type Step = PathView['steps'][number];
const WORDS: Readonly<Record<Step['role'], string>> = {
  root: 'root',
  step: '',
  holder: 'holder',
  accumulation: 'accumulates',
  leaf: 'held',
};
const LONG = 14;

/** Root -> ... -> holder -> 12,345 x what it holds. A long chain folds its middle. */
export function Path({ view, untitled = false }: ViewProps<PathView>): VNode {
  const { steps } = view;
  const key = (step: Step): boolean => step.role === 'holder' || step.role === 'accumulation';
  const foldTo = Math.min(steps.length - 6, ...steps.flatMap((step, i) => (key(step) ? [Math.max(4, i - 2)] : [])));
  const folds = steps.length > LONG && foldTo > 5;
  return (
    <Figure title={untitled ? undefined : view.title} note={view.note} class="path-view">
      {folds ? (
        <>
          <ol class="chain">{steps.slice(0, 4).map(Link)}</ol>
          <details class="chain-fold">
            <summary>{foldTo - 4} steps between</summary>
            <ol class="chain">{steps.slice(4, foldTo).map(Link)}</ol>
          </details>
          <ol class="chain">{steps.slice(foldTo).map(Link)}</ol>
        </>
      ) : (
        <ol class="chain">{steps.map(Link)}</ol>
      )}
    </Figure>
  );
}

function Link(step: Step): VNode {
  return (
    <li class={step.role}>
      {step.via !== '' && <span class="via">{step.via}</span>}
      <span class="link">
        <Shape role={step.role} />
        <span>
          {step.count !== undefined && <strong>{formatNumber(step.count, 15)} × </strong>}
          <code>{step.name}</code>
          {WORDS[step.role] !== '' && <span class="role"> {WORDS[step.role]}</span>}
        </span>
        {step.retainedBytes !== undefined && <span class="number">{formatBytes(step.retainedBytes)}</span>}
      </span>
    </li>
  );
}

function Shape({ role }: { role: Step['role'] }): VNode {
  return (
    <svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true" class={`node ${role}`}>
      {role === 'root' ? (
        <path d="M-5-5H5V5H-5Z" />
      ) : role === 'accumulation' ? (
        <path d="M-6-6h5v5h-5ZM1-6h5v5H1ZM-6 1h5v5h-5ZM1 1h5v5H1Z" />
      ) : (
        <circle r={role === 'holder' ? 6 : 4} />
      )}
    </svg>
  );
}
