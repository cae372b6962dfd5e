import type { VNode } from 'preact';
import { Shell } from '../parts/shell.tsx';

/** What stands at an address where there is nothing. */
export function MissingPage(): VNode {
  return (
    <Shell>
      <h1>There is nothing at this address.</h1>
      <p class="lede">It may have been deleted by who sent it, or not be published yet.</p>
      <p class="section-gap">
        <a class="button" href="/">
          All investigations
        </a>
      </p>
    </Shell>
  );
}
