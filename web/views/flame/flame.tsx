import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { FlameView } from '../../../functions/model/view.ts';
import { layoutFlame } from '../../draw/flame-layout.ts';
import { useHydrated } from '../../parts/hydrated.ts';
import { Figure, type ViewProps } from '../figure.tsx';
import { Table } from '../table/table.tsx';
import { FlameCanvas } from './canvas.tsx';
import { summariseFlame } from './summary.ts';

/** An icicle with its frames as a table beneath: the table alone without script, and for those who do not see the picture. */
export function Flame({ view, untitled = false }: ViewProps<FlameView>): VNode {
  const hydrated = useHydrated();
  const layout = useMemo(() => layoutFlame(view), [view]);
  const summary = useMemo(() => summariseFlame(view, layout), [view, layout]);
  return (
    <Figure title={untitled ? undefined : view.title} note={view.note} class="flame-view">
      {hydrated && <FlameCanvas view={view} layout={layout} />}
      <Table view={summary} />
    </Figure>
  );
}
