import type { Fact } from '../../../model/analysis.ts';
import type { Heap } from './heap.ts';

/** Kinds of node whose bytes are of interest by themselves, as the statistics of Chrome DevTools split the heap. */
const BY_KIND: readonly [name: string, kinds: readonly string[]][] = [
  ['codeBytes', ['code']],
  ['stringBytes', ['string', 'concatenated string', 'sliced string']],
  ['systemBytes', ['hidden']],
  ['nativeBytes', ['native']],
];

/** The numbers of the whole: names are a contract. */
export function describeFacts({ snapshot, graph, tree, census, shallowBytes, userRoots }: Heap): Fact[] {
  const { header } = snapshot;
  const { bytesOfType, reachableBytes } = census;
  const facts: Fact[] = [
    { name: 'objects', value: graph.nodeCount, unit: 'count' },
    { name: 'edges', value: graph.edgeCount, unit: 'count' },
    { name: 'shallowBytes', value: shallowBytes, unit: 'bytes' },
    { name: 'reachableBytes', value: reachableBytes, unit: 'bytes' },
    { name: 'unreachableBytes', value: shallowBytes - reachableBytes, unit: 'bytes' },
    { name: 'unreachableObjects', value: graph.nodeCount - tree.reached, unit: 'count' },
    { name: 'userRoots', value: userRoots.length, unit: 'count' },
    { name: 'strings', value: snapshot.strings.count, unit: 'count' },
  ];
  for (const [name, kinds] of BY_KIND) {
    let bytes = 0;
    header.nodeTypes.forEach((kind, type) => {
      if (kinds.includes(kind)) bytes += bytesOfType[type] ?? 0;
    });
    facts.push({ name, value: bytes, unit: 'bytes' });
  }
  if (header.extraNativeBytes > 0)
    facts.push({ name: 'extraNativeBytes', value: header.extraNativeBytes, unit: 'bytes' });
  if (snapshot.traceTree.length > 0)
    facts.push({ name: 'allocationSites', value: snapshot.traceTree.length, unit: 'count' });
  return facts;
}
