import type { Limits } from '../../analyser.ts';
import type { View } from '../../../model/view.ts';
import type { Heap } from './heap.ts';
import { allocationViews } from './views/allocations.ts';
import { collectionsView } from './views/collections.ts';
import type { DuplicateStrings } from './views/duplicate-strings.ts';
import { closuresView, listenersView } from './views/functions.ts';
import { biggestView, histogramView } from './views/heap-views.ts';
import { heldViews } from './views/held.ts';

/** Everything that can be shown of a heap, the most asked for first. */
export function drawHeap(heap: Heap, dominators: View, duplicates: DuplicateStrings, limits: Limits): View[] {
  return [
    histogramView(heap, limits),
    biggestView(heap),
    dominators,
    ...present(collectionsView(heap), duplicates.view, listenersView(heap), closuresView(heap)),
    ...heldViews(heap),
    ...allocationViews(heap),
  ];
}

function present(...views: (View | undefined)[]): View[] {
  return views.filter((view) => view !== undefined);
}
