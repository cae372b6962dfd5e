import type { VNode } from 'preact';
import type { PathView } from '../../functions/model/view.ts';
import { Chain } from './chain.tsx';
import { Figure, type ViewProps } from './figure.tsx';

/** Root -> ... -> holder -> 12,345 x what it holds. */
export function Path({ view, untitled = false }: ViewProps<PathView>): VNode {
  return (
    <Figure title={untitled ? undefined : view.title} note={view.note} class="path-view">
      <Chain steps={view.steps} />
    </Figure>
  );
}
