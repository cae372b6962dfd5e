import type { VNode } from 'preact';
import type { View } from '../../functions/model/view.ts';
import { Chart } from './chart/chart.tsx';
import { Flame } from './flame/flame.tsx';
import { Histogram } from './histogram.tsx';
import { Path } from './path.tsx';
import { Table } from './table/table.tsx';
import { Text } from './text.tsx';
import { Tree } from './tree/tree.tsx';

/** One kind, one renderer. Each reads without script, and becomes an instrument with it. */
export function ShowView({ view, untitled = false }: { view: View; untitled?: boolean }): VNode {
  switch (view.kind) {
    case 'table':
      return <Table view={view} untitled={untitled} />;
    case 'tree':
      return <Tree view={view} untitled={untitled} />;
    case 'flame':
      return <Flame view={view} untitled={untitled} />;
    case 'chart':
      return <Chart view={view} untitled={untitled} />;
    case 'path':
      return <Path view={view} untitled={untitled} />;
    case 'histogram':
      return <Histogram view={view} untitled={untitled} />;
    case 'text':
      return <Text view={view} untitled={untitled} />;
  }
}
