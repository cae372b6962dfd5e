import type { VNode } from 'preact';
import type { PathView } from '../../functions/model/view.ts';
import { formatBytes, formatNumber } from '../draw/format.ts';

export type Step = PathView['steps'][number];

export interface ChainProps {
  readonly steps: readonly Step[];
  /** A longer chain folds the longest stretch that has nothing to say. */
  readonly longest?: number;
  /** What all that is counted in the last step retain together; its own bytes are those of one. */
  readonly heldBytes?: number | undefined;
}

const WORDS: Readonly<Record<Step['role'], string>> = {
  root: 'root',
  step: '',
  holder: 'holder',
  accumulation: 'piles up here',
  leaf: '',
};

/** Root, holders, the place where things pile up, the things: drawn from the top down. */
export function Chain({ steps, longest = 14, heldBytes }: ChainProps): VNode {
  const [from, to] = foldOf(steps, longest);
  const link = (step: Step): VNode => <Link step={step} heldBytes={heldBytes} />;
  return (
    <ol class="chain">
      {steps.slice(0, from).map(link)}
      {to > from && (
        <li class="between">
          <details>
            <summary>{to - from} between</summary>
            <ol class="chain">{steps.slice(from, to).map(link)}</ol>
          </details>
        </li>
      )}
      {steps.slice(to).map(link)}
    </ol>
  );
}

/** The stretch `[from, to)` to fold: inside of the longest run of plain steps, so that one stays on either side. */
export function foldOf(steps: readonly Step[], longest: number): [number, number] {
  if (steps.length <= longest) return [0, 0];
  let [from, to] = [0, 0];
  for (let i = 0; i < steps.length; i++) {
    if (steps[i]?.role !== 'step') continue;
    let end = i;
    while (steps[end]?.role === 'step') end++;
    if (end - i > to - from) [from, to] = [i, end];
    i = end;
  }
  if (to - from > 3) return [from + 1, to - 1];
  return to - from > 1 ? [from, to] : [0, 0];
}

function Link({ step, heldBytes }: { step: Step; heldBytes: number | undefined }): VNode {
  const { role, via, name, count, retainedBytes } = step;
  const many = count !== undefined && count > 1;
  const shown = many && heldBytes !== undefined ? heldBytes : retainedBytes;
  const each = many && heldBytes === undefined && role === 'leaf';
  return (
    <li class={role}>
      <Shape role={role} />
      <span class="link">
        {via !== '' && (
          <>
            <span class="via">{via}</span>{' '}
          </>
        )}
        {many && <strong class="times">{formatNumber(count, 15)} × </strong>}
        <code>{name}</code>
        {WORDS[role] !== '' && <span class="role"> {WORDS[role]}</span>}
      </span>
      {shown !== undefined && (
        <span class="number">
          {formatBytes(shown)}
          {each && ' each'}
        </span>
      )}
    </li>
  );
}

/** Square, dots, a ring, a pile, many: told apart without colour. */
function Shape({ role }: { role: Step['role'] }): VNode {
  return (
    <svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true" class={`node ${role}`}>
      {role === 'root' ? (
        <path d="M-5-5H5V5H-5Z" />
      ) : role === 'accumulation' ? (
        <path d="M-7-7h6v6h-6ZM1-7h6v6H1ZM-7 1h6v6h-6ZM1 1h6v6H1Z" />
      ) : role === 'leaf' ? (
        <>
          <circle cx="3" cy="-3" r="4" />
          <circle cx="0" cy="0" r="4" />
          <circle cx="-3" cy="3" r="4" />
        </>
      ) : (
        <circle r={role === 'holder' ? 6 : 3.5} />
      )}
    </svg>
  );
}
