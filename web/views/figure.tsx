import type { ComponentChildren, VNode } from 'preact';
import { Said } from '../parts/said.tsx';

export interface FigureProps {
  readonly title?: string | undefined;
  readonly note?: string | undefined;
  readonly class?: string;
  /** From when to when a chart shows, in ms: for scripts that watch a page, and for tests. */
  readonly frame?: readonly [number, number] | undefined;
  readonly children: ComponentChildren;
}

/** The frame of every view: its title above, its note below. */
export function Figure({ title, note, children, class: name = '', frame }: FigureProps): VNode {
  return (
    <figure class={`view ${name}`} data-frame={frame?.join(' ')}>
      {title !== undefined && (
        <h3 class="view-title">
          <Said text={title} />
        </h3>
      )}
      {children}
      {note !== undefined && note !== '' && (
        <figcaption>
          <Said text={note} />
        </figcaption>
      )}
    </figure>
  );
}

export interface ViewProps<V> {
  readonly view: V;
  /** The title is said by the section or the tab around it. */
  readonly untitled?: boolean;
}
