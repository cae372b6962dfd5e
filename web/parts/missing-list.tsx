import type { VNode } from 'preact';
import type { Missing } from '../../functions/model/case.ts';
import { Command } from './command.tsx';
import { Said } from './said.tsx';

/** What would decide a case, each with why and the command that brings it. */
export function MissingList({ missing }: { missing: readonly Missing[] }): VNode {
  return <ul class="stack">{missing.map(Row)}</ul>;
}

function Row(missing: Missing): VNode {
  return (
    <li class="stack-tight">
      <p>
        <strong>
          <Said text={missing.what} />
        </strong>{' '}
        <span class="quiet">
          <Said text={missing.why} />
        </span>
      </p>
      {missing.command !== undefined && <Command text={missing.command} wrap />}
    </li>
  );
}
