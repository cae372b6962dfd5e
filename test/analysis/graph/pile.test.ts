import { describe, expect, it } from 'vitest';
import { findIndexNear, findPile, isLinked } from '../../../functions/analysis/graph/pile.ts';
import { finish } from '../../../functions/analysis/graph/drive.ts';
import { buildDominatorTree } from '../../../functions/analysis/graph/dominators.ts';
import { runsAbove } from '../../../functions/analysis/graph/samples.ts';
import { buildGraph, type PlainEdge } from './build-graph.ts';

const [ROOT, HOLDER, MAP, TABLE, ENTRY, ITEM] = [0, 1, 2, 3, 4, 5];

describe('a pile', () => {
  it('is where most ways go in the same way', () => {
    // 0 holder, 1 table, then items below the table, and two elsewhere.
    const graph = buildGraph(12, [], { classOf: [HOLDER, TABLE, MAP, ...Array<number>(9).fill(ITEM)] });
    const ways = [3, 4, 5, 6, 7, 8, 9, 10].map((item) => [0, 1, item]);
    expect(findPile(graph, [...ways, [0, 2, 11], [0, 11]], 0)).toMatchObject({
      typical: 0,
      alike: 0.8,
      at: 1,
      share: 0.8,
    });
  });

  it('may lie in several places of one kind', () => {
    const graph = buildGraph(20, [], { classOf: [HOLDER, TABLE, TABLE, TABLE, ...Array<number>(16).fill(ITEM)] });
    const ways = Array.from({ length: 15 }, (_, i) => [0, 1 + (i % 3), 4 + i]);
    expect(findPile(graph, ways, 0)).toMatchObject({ alike: 1, at: 1, places: 3, share: 5 / 15 });
  });

  it('is none where every way is another', () => {
    const graph = buildGraph(12, [], { classOf: [...Array<number>(11).keys(), 10] });
    const ways = Array.from({ length: 8 }, (_, i) => [0, i + 1, 11]);
    expect(findPile(graph, ways, 0)).toMatchObject({ alike: 1 / 8, at: 0 });
  });
});

describe('an index', () => {
  /** A registry (1) with two maps (2, 4) that both refer to every item, directly or through an entry. */
  function registry(items: number, entries: boolean): ReturnType<typeof buildGraph> {
    const classOf = [ROOT, HOLDER, MAP, TABLE, MAP, TABLE];
    const edges: PlainEdge[] = [
      [0, 1],
      [1, 2],
      [2, 3],
      [1, 4],
      [4, 5],
    ].map(([from = 0, to = 0]) => ({ from, to }));
    for (let i = 0; i < items; i++) {
      const item = classOf.push(ITEM) - 1;
      for (const table of [3, 5]) {
        const key = classOf.push(entries ? ENTRY : MAP) - 1;
        edges.push({ from: table, to: key });
        edges.push({ from: entries ? key : table, to: item });
      }
    }
    return buildGraph(classOf.length, edges, { classOf });
  }

  it.each([false, true])('beside another is found (through entries: %s)', (entries) => {
    const found = findIndexNear(registry(500, entries), 1, ITEM, 500);
    expect(found).toMatchObject({ at: 2 });
    expect(found!.nodes.slice(0, 3)).toEqual([1, 2, 3]);
    expect(found!.nodes).toHaveLength(entries ? 5 : 4);
    expect(found!.edges).toHaveLength(found!.nodes.length - 1);
    expect(found!.share).toBeGreaterThan(0.8);
  });

  it('is none that refers to few of them', () => {
    expect(findIndexNear(registry(500, false), 1, ITEM, 5000)).toBeUndefined();
  });
});

describe('a link', () => {
  const line = (length: number): PlainEdge[] =>
    Array.from({ length: length - 1 }, (_, i) => [
      { from: i, to: i + 1 },
      { from: i + 1, to: i },
    ]).flat();

  it('has one of its kind on each side, wherever one walks', () => {
    expect(isLinked(buildGraph(200, line(200)), 17)).toBe(true);
    expect(isLinked(buildGraph(200, [...line(200), { from: 40, to: 150 }, { from: 5, to: 150 }]), 17)).toBe(false);
    expect(isLinked(buildGraph(5, []), 2)).toBe(false);
  });
});

describe('runs of dominators', () => {
  it('are one step when they are as long as lists, asked for in order or not', () => {
    const length = 10_000;
    const edges = Array.from({ length }, (_, i) => ({ from: i, to: i + 1 }));
    const classOf = [ROOT, HOLDER, ...Array<number>(length - 1).fill(ENTRY)];
    const graph = buildGraph(length + 1, edges, { classOf });
    const tree = finish(buildDominatorTree(graph));
    const runAbove = runsAbove(tree, graph);
    for (const node of [500, 3000, 9000, 700, length])
      expect(runAbove(tree.position[node]!)).toEqual({ top: tree.position[2], length: node - 2 });
    expect(runAbove(tree.position[6]!)).toEqual({ top: tree.position[6], length: 0 });
    expect(runAbove(tree.position[1]!)).toEqual({ top: tree.position[1], length: 0 });
  });
});
