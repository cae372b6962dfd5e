import type { VNode } from 'preact';
import type { TextView } from '../../functions/model/view.ts';
import { CopyButton } from '../parts/command.tsx';
import { Figure, type ViewProps } from './figure.tsx';

export function Text({ view, untitled = false }: ViewProps<TextView>): VNode {
  return (
    <Figure title={untitled ? undefined : view.title} class="text-view">
      <CopyButton text={view.text} />
      <pre tabIndex={0} aria-label={view.title ?? view.name}>
        {view.text}
      </pre>
    </Figure>
  );
}
