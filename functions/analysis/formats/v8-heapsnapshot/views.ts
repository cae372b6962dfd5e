import type { Limits } from '../../analyser.ts';
import type { TableView, View } from '../../../model/view.ts';
import { part, type Slices } from '../../graph/drive.ts';
import { biggestPositions, biggestView, histogramView } from '../../heap/views.ts';
import type { Heap, HeapTree } from './heap.ts';
import { allocationViews } from './views/allocations.ts';
import { collectionsView } from './views/collections.ts';
import { closuresView, listenersView } from './views/functions.ts';

import { nodeKind } from './node-kinds.ts';
import { heldViews } from './views/held.ts';

/** Everything that can be shown of a heap, the most asked for first. */
export function drawHeap(heap: Heap, dominators: View, objects: ObjectViews, limits: Limits): View[] {
  const { collections, duplicates, listeners, closures } = objects;
  return [
    histogramView(heap, limits),
    biggestObjects(heap),
    dominators,
    ...[collections, duplicates, listeners, closures].filter((view) => view !== undefined),
    ...heldViews(heap),
    ...allocationViews(heap),
  ];
}

/** What is shown of single objects, where there is something to show. */
type ObjectViews = Readonly<Record<'collections' | 'duplicates' | 'listeners' | 'closures', View | undefined>>;

/** What of it needs no other thread, nor sums by class. */
export function* drawObjects(heap: HeapTree): Slices<Omit<ObjectViews, 'duplicates'>> {
  const collections = yield* part(collectionsView(heap), 0, 0.6);
  const closures = yield* part(closuresView(heap), 0.6, 1);
  return { collections, closures, listeners: listenersView(heap) };
}

/** Single objects by retained bytes; the engine's made-up roots are passed over. */
function biggestObjects(heap: Heap): TableView {
  const { snapshot, graph } = heap;
  const synthetic = nodeKind(snapshot.header, 'synthetic');
  // Nodes without bytes are parts that were added to their owner.
  const shown = (node: number): boolean => snapshot.nodes.type[node] !== synthetic && graph.shallow[node]! > 0;
  return biggestView(
    heap,
    biggestPositions(heap, shown),
    (node) => `${graph.nodeName(node)} @${snapshot.nodes.id[node] ?? 0}`,
  );
}
