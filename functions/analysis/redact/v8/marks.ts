import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import type { Header } from '../../formats/v8-heapsnapshot/header.ts';
import { NumberRing } from '../../formats/v8-heapsnapshot/number-ring.ts';
import { NumberSection, type RecordSink } from '../../formats/v8-heapsnapshot/number-section.ts';
import { readInSlots } from '../../formats/v8-heapsnapshot/read-in-slots.ts';
import { BitSet } from '../bit-set.ts';
import type { KnownStrings } from './known-strings.ts';

/** Types of nodes whose name is what they are called. Those of any other type, known or not, have contents for a name. */
const NAMED_TYPES = new Set([
  'hidden',
  'array',
  'object',
  'code',
  'closure',
  'native',
  'synthetic',
  'symbol',
  'object shape',
]);
/** Types of edges whose label is a string. Labels of other types, known or not, are numbers. */
const NAMED_EDGES = new Set(['context', 'property', 'internal', 'shortcut', 'weak']);
/** V8 turns an object into a hash table beyond this many named properties (kMaxNumberOfDescriptors is higher; stores by key do it earlier). */
export const MAP_LIKE_PROPERTIES = 128;

/** What each string is used for, and which nodes have contents: bits only. */
export interface Marks {
  readonly nodeCount: number;
  /** 1 for types whose nodes have contents for a name. */
  readonly contentTypes: Uint8Array;
  /** Used as the name of anything. */
  readonly names: BitSet;
  /** Used as a name of anything but a property of a map-like object. */
  readonly properNames: BitSet;
  /** Used by a node as its contents. */
  readonly contents: BitSet;
  /** Labels of internal edges that lead to contents: V8 writes the contents of a WeakMap's value into them. */
  readonly toContents: BitSet;
  /** Contents that V8's lists of variables refer to: names of variables. */
  readonly variables: BitSet;
}

/** Passes over nodes and edges (and the functions of an allocation timeline). Throws AppError `corrupt`. */
export async function markUses(
  sections: {
    readonly nodes: ByteSource;
    readonly edges: ByteSource;
    readonly traceFunctions?: ByteSource | undefined;
  },
  header: Header,
  known: KnownStrings,
  run: Run,
): Promise<Marks> {
  const nodes = new NodeMarks(header, sections.nodes.size, known);
  await readNumbers('nodes', sections.nodes, nodes, run);
  const edges = new EdgeMarks(header, nodes, known);
  await readNumbers('edges', sections.edges, edges, run);
  if (edges.count !== nodes.edgeSum)
    throw new AppError(
      'corrupt',
      `The objects of this snapshot claim ${nodes.edgeSum} references and it has ${edges.count}: what belongs to what is unknown, so it is not redacted.`,
    );
  const variables = new BitSet(known.count);
  await readNumbers(
    'nodes',
    sections.nodes,
    variableNames(header, edges.variableNodes, known.identifiers, variables),
    run,
  );
  if (sections.traceFunctions && header.traceFunctionFields.length > 0)
    await readNumbers('trace_function_infos', sections.traceFunctions, traceNames(header, nodes), run);
  return {
    nodeCount: nodes.count,
    contentTypes: nodes.contentTypes,
    names: nodes.names,
    properNames: nodes.properNames,
    contents: nodes.contents,
    toContents: edges.toContents,
    variables,
  };
}

async function readNumbers(key: string, section: ByteSource, sink: RecordSink, run: Run): Promise<void> {
  const ring = new NumberRing(false);
  const numbers = new NumberSection(sink, ring);
  let after = -1;
  let first = true;
  await readInSlots(section, ring, run, (chunk, slot) => {
    after = numbers.read(chunk, first ? 1 : 0, slot);
    first = false;
  });
  numbers.end();
  if (after < 0 || numbers.oddNumbers > 0 || numbers.leftover > 0)
    throw new AppError(
      'corrupt',
      `"${key}" of this snapshot is no flat list of whole records of numbers: it is not redacted, because what stands in it is unknown.`,
    );
}

/** Edges of one node that are looked at: those of a list of variables, or of an object with many properties. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly isScope: boolean;
}

class NodeMarks implements RecordSink {
  readonly width: number;
  readonly contentTypes: Uint8Array;
  readonly names: BitSet;
  readonly properNames: BitSet;
  readonly contents: BitSet;
  readonly contentNodes: BitSet;
  readonly spans: Span[] = [];
  count = 0;
  edgeSum = 0;
  readonly #at: { readonly type: number; readonly name: number; readonly edges: number };
  readonly #object: number;
  readonly #known: KnownStrings;

  constructor(header: Header, sectionBytes: number, known: KnownStrings) {
    this.width = header.nodeFields.length;
    this.#at = {
      type: header.nodeFields.indexOf('type'),
      name: header.nodeFields.indexOf('name'),
      edges: header.nodeFields.indexOf('edge_count'),
    };
    this.#object = header.nodeTypes.indexOf('object');
    this.#known = known;
    this.contentTypes = Uint8Array.from({ length: 256 }, (_, type) =>
      NAMED_TYPES.has(header.nodeTypes[type] ?? '') ? 0 : 1,
    );
    this.names = new BitSet(known.count);
    this.properNames = new BitSet(known.count);
    this.contents = new BitSet(known.count);
    // A record has at least a digit and a comma a field.
    this.contentNodes = new BitSet(Math.ceil(sectionBytes / (2 * this.width)) + 1);
  }

  take(records: Uint32Array, length: number): void {
    const { type: typeAt, name: nameAt, edges: edgesAt } = this.#at;
    const { contentTypes, contents, contentNodes, names, properNames, width } = this;
    const { scopeInfo, globals } = this.#known;
    let node = this.count;
    for (let r = 0; r < length; r += width, node++) {
      const type = records[r + typeAt]!;
      const name = records[r + nameAt]!;
      const edges = records[r + edgesAt]!;
      if (type > 255 || contentTypes[type] === 1) {
        contents.add(name);
        contentNodes.add(node);
      } else {
        names.add(name);
        properNames.add(name);
      }
      const isScope = name === scopeInfo;
      if (isScope || (edges > MAP_LIKE_PROPERTIES && type === this.#object && !globals.has(name)))
        this.spans.push({ from: this.edgeSum, to: this.edgeSum + edges, isScope });
      this.edgeSum += edges;
    }
    this.count = node;
  }
}

class EdgeMarks implements RecordSink {
  readonly width: number;
  readonly toContents: BitSet;
  readonly variableNodes: BitSet;
  count = 0;
  readonly #nodes: NodeMarks;
  readonly #at: { readonly type: number; readonly label: number; readonly to: number };
  readonly #named: Uint8Array;
  readonly #internal: number;
  readonly #property: number;
  readonly #nodeWidth: number;
  #span = 0;

  constructor(header: Header, nodes: NodeMarks, known: KnownStrings) {
    this.width = header.edgeFields.length;
    this.#at = {
      type: header.edgeFields.indexOf('type'),
      label: header.edgeFields.indexOf('name_or_index'),
      to: header.edgeFields.indexOf('to_node'),
    };
    this.#named = Uint8Array.from({ length: 256 }, (_, type) =>
      NAMED_EDGES.has(header.edgeTypes[type] ?? '') ? 1 : 0,
    );
    this.#internal = header.edgeTypes.indexOf('internal');
    this.#property = header.edgeTypes.indexOf('property');
    this.#nodeWidth = header.nodeFields.length;
    this.#nodes = nodes;
    this.toContents = new BitSet(known.count);
    this.variableNodes = new BitSet(nodes.count);
  }

  take(records: Uint32Array, length: number): void {
    const { type: typeAt, label: labelAt, to: toAt } = this.#at;
    const { names, properNames, contentNodes, spans } = this.#nodes;
    const named = this.#named;
    const nodeWidth = this.#nodeWidth;
    let edge = this.count;
    for (let r = 0; r < length; r += this.width, edge++) {
      const type = records[r + typeAt]!;
      while (this.#span < spans.length && edge >= spans[this.#span]!.to) this.#span++;
      const span = this.#span < spans.length && edge >= spans[this.#span]!.from ? spans[this.#span] : undefined;
      if (type > 255 || named[type] === 0) {
        if (span?.isScope) this.variableNodes.add(records[r + toAt]! / nodeWidth);
        continue;
      }
      const label = records[r + labelAt]!;
      names.add(label);
      if (span === undefined || span.isScope || type !== this.#property) properNames.add(label);
      if (type === this.#internal && contentNodes.has(records[r + toAt]! / nodeWidth)) this.toContents.add(label);
    }
    this.count = edge;
  }
}

/** Edges give nodes and not strings: the nodes are gone over again for the strings of those that are variables. */
function variableNames(header: Header, nodes: BitSet, identifiers: BitSet, strings: BitSet): RecordSink {
  const width = header.nodeFields.length;
  const nameAt = header.nodeFields.indexOf('name');
  let node = 0;
  return {
    width,
    take(records, length) {
      for (let r = nameAt; r < length; r += width)
        if (nodes.has(node++) && identifiers.has(records[r]!)) strings.add(records[r]!);
    },
  };
}

/** Functions of an allocation timeline are called by strings that no node may have. */
function traceNames(header: Header, { names, properNames }: NodeMarks): RecordSink {
  const fields = header.traceFunctionFields;
  const columns = ['name', 'script_name'].map((field) => fields.indexOf(field)).filter((at) => at >= 0);
  return {
    width: fields.length,
    take(records, length) {
      for (let r = 0; r < length; r += fields.length)
        for (const at of columns) {
          names.add(records[r + at]!);
          properNames.add(records[r + at]!);
        }
    },
  };
}
