import type { VNode } from 'preact';

/** `analysis/run.ts` ends what it does not know with all that it does: a page has room to fold that away. */
const LIST = ' What is read: ';

export function withoutList(message: string): [why: string, reads: string] {
  const at = message.indexOf(LIST);
  return at < 0 ? [message, ''] : [message.slice(0, at), message.slice(at + LIST.length)];
}

export function EveryFormat({ reads }: { readonly reads: string }): VNode | null {
  return reads === '' ? null : (
    <details>
      <summary>Every format that is read</summary>
      <p class="measure">{reads}</p>
    </details>
  );
}
