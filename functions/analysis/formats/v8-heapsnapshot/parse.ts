import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { columnMemory } from '../../parallel.ts';
import { EdgeTable } from './edge-table.ts';
import { FlatColumn } from './flat-column.ts';
import { readHeader, type Header } from './header.ts';
import { NodeTable } from './node-table.ts';
import { type HelpInput, helpTask, NumberRing } from './number-ring.ts';
import { readInSlots } from './read-in-slots.ts';
import { NumberSection, type RecordSink } from './number-section.ts';
import { ObjectText, SectionScanner, type Section } from './section-scanner.ts';
import { allocateColumns, type ColumnMemory } from './record-columns.ts';
import { StringNeeds } from './string-needs.ts';
import { StringTable } from './string-table.ts';
import { TraceTreeSection, type TraceNode } from './trace-tree.ts';

/** A snapshot as the file has it, in columns. Nothing of it is interpreted yet. */
export interface Snapshot {
  readonly header: Header;
  readonly nodes: NodeTable;
  readonly edges: EdgeTable;
  readonly strings: StringTable;
  readonly samples: FlatColumn;
  readonly locations: FlatColumn;
  readonly traceFunctions: FlatColumn;
  readonly traceTree: readonly TraceNode[];
  readonly warnings: readonly string[];
}

/** What the whole analysis holds at its peak (see README.md): a dump that cannot fit is refused by its header. */
const BYTES_A_NODE = 45;
const BYTES_AN_EDGE = 12;

/**
 * One pass over the bytes. What a damaged or cut file still holds is returned, with warnings. Throws AppError `corrupt`
 * when there is no header or no node, `too-large` when what it declares cannot fit `limits.memoryBytes`.
 */
export async function parseSnapshot(source: ByteSource, run: Run, progressTo: number): Promise<Snapshot> {
  const ring = new NumberRing(run.parallel !== undefined);
  const reader = new SnapshotReader(source.size, run, ring);
  let reported = 0;
  try {
    const bytes = await readInSlots(
      source,
      ring,
      run,
      (chunk, slot) => reader.push(chunk, slot),
      (read) => {
        if (read - reported < 1 << 22) return;
        reported = read;
        run.progress('reading', (progressTo * read) / Math.max(1, source.size));
      },
    );
    return reader.finish(bytes);
  } finally {
    ring.close();
  }
}

class SnapshotReader {
  private readonly sizeBytes: number;
  private readonly run: Run;
  private readonly scanner: SectionScanner;
  private readonly needs: StringNeeds;
  private header: Header | undefined;
  private columns: ColumnMemory | undefined;
  private nodes: NodeTable | undefined;
  private edges: EdgeTable | undefined;
  private strings: StringTable | undefined;
  private readonly numbers: [string, NumberSection][] = [];
  private readonly flat: Partial<Record<string, FlatColumn>> = {};
  private traces: TraceTreeSection | undefined;

  private readonly ring: NumberRing;
  private readonly helperNeeds: StringNeeds[] = [];

  constructor(sizeBytes: number, run: Run, ring: NumberRing) {
    this.ring = ring;
    this.sizeBytes = sizeBytes;
    this.run = run;
    this.needs = this.newNeeds();
    this.scanner = new SectionScanner((key) => this.open(key));
  }

  push(chunk: Uint8Array, slot: number): void {
    this.scanner.push(chunk, slot);
  }

  private open(key: string): Section | undefined {
    if (key === 'snapshot') return new ObjectText((json) => this.start(readHeader(json)));
    const header = this.header;
    // V8 writes the header first; without it no array can be understood.
    if (header === undefined) return undefined;
    if (key === 'nodes' && this.nodes !== undefined && this.nodes.count === 0) return this.read(key, this.nodes);
    if (key === 'edges' && this.nodes !== undefined && this.edges === undefined) {
      this.nodes.finish();
      this.ring.nodeCount = this.nodes.count;
      this.edges = new EdgeTable(header, this.columns!, this.nodes.count, this.needs, this.ring.settle);
      return this.read(key, this.edges);
    }
    if (key === 'strings' && this.strings === undefined) {
      this.edges?.finish();
      for (const needs of this.helperNeeds) this.needs.join(needs);
      // Strings before the graph: nobody knows yet which of them are names.
      return (this.strings = new StringTable(
        this.edges === undefined ? undefined : this.needs,
        columnMemory(this.run),
      ));
    }
    if (key === 'trace_tree' && this.traces === undefined) return (this.traces = new TraceTreeSection(header));
    const fields = {
      samples: header.sampleFields,
      locations: header.locationFields,
      trace_function_infos: header.traceFunctionFields,
    };
    if (key === 'samples' || key === 'locations' || key === 'trace_function_infos') {
      if (fields[key].length === 0 || this.flat[key] !== undefined) return undefined;
      return this.read(key, (this.flat[key] = new FlatColumn(fields[key].length)));
    }
    return undefined;
  }

  private read(key: string, sink: RecordSink): Section {
    const section = new NumberSection(sink, this.ring);
    this.numbers.push([key, section]);
    return section;
  }

  private start(header: Header): void {
    if (this.header !== undefined) return;
    this.header = header;
    // A record has at least one digit and one comma a field: more nodes than that the file cannot hold.
    const bound = Math.min(header.nodeCount, Math.ceil(this.sizeBytes / (2 * header.nodeFields.length)));
    const edgeBound = Math.min(header.edgeCount, Math.ceil(this.sizeBytes / (2 * header.edgeFields.length)));
    const needed = bound * BYTES_A_NODE + edgeBound * BYTES_AN_EDGE;
    if (needed > this.run.limits.memoryBytes)
      throw new AppError(
        'too-large',
        `This snapshot has ${bound} objects and ${edgeBound} references, which take about ${Math.ceil(needed / 2 ** 20)} MiB to analyse; ${Math.floor(this.run.limits.memoryBytes / 2 ** 20)} MiB may be used here. Analyse it with the command line on a larger machine.`,
        { data: { limit: 'memoryBytes', neededBytes: needed } },
      );
    const columns = allocateColumns(columnMemory(this.run), bound, edgeBound);
    this.columns = columns;
    this.ring.begin(header, columns, this.needs);
    this.askForHelp(header, columns);
    this.nodes = new NodeTable(header, columns, this.needs, this.ring.settle);
  }

  private newNeeds(): StringNeeds {
    return new StringNeeds(columnMemory(this.run)(StringNeeds.sizeFor(this.sizeBytes)));
  }

  private askForHelp(header: Header, columns: ColumnMemory): void {
    const { sharing } = this.ring;
    for (let i = 0; sharing !== undefined && i < (this.run.parallel?.threads ?? 0); i++) {
      const needs = this.newNeeds();
      this.helperNeeds.push(needs);
      const input: HelpInput = { ...sharing, header, columns, needs: needs.memory };
      // A helper that is lost costs time and nothing else: the ring does without.
      this.run.parallel?.run(helpTask.name, input).catch(() => undefined);
    }
  }

  finish(readBytes: number): Snapshot {
    this.scanner.end();
    const { header, nodes } = this;
    if (header === undefined)
      throw new AppError(
        'corrupt',
        'No "snapshot" member with its meta data was found: this is not a heap snapshot, or only a part from its middle.',
      );
    if (nodes === undefined || nodes.count === 0)
      throw new AppError(
        'corrupt',
        `This heap snapshot ends after ${readBytes} bytes, before its first object: take it again, or send the whole file.`,
      );
    nodes.finish();
    const edges =
      this.edges ??
      new EdgeTable(
        header,
        allocateColumns((size) => new ArrayBuffer(size), 0, 0),
        nodes.count,
        this.needs,
        this.ring.settle,
      );
    edges.finish();
    // A node may not claim edges that are not there.
    for (let n = nodes.count; n >= 0 && nodes.firstEdge[n]! > edges.count; n--) nodes.firstEdge[n] = edges.count;
    return {
      header,
      nodes,
      edges,
      strings: this.strings ?? new StringTable(undefined),
      samples: this.flat['samples'] ?? new FlatColumn(1),
      locations: this.flat['locations'] ?? new FlatColumn(1),
      traceFunctions: this.flat['trace_function_infos'] ?? new FlatColumn(1),
      traceTree: this.traces?.nodes ?? [],
      warnings: this.warn(header, nodes, edges, readBytes),
    };
  }

  private warn(header: Header, nodes: NodeTable, edges: EdgeTable, readBytes: number): string[] {
    const warnings: string[] = [];
    if (!this.scanner.complete) {
      const where = this.scanner.current === '' ? 'between two sections' : `in "${this.scanner.current}"`;
      const missing = [
        nodes.count < header.nodeCount ? `${header.nodeCount - nodes.count} of ${header.nodeCount} objects` : '',
        edges.count < header.edgeCount ? `${header.edgeCount - edges.count} of ${header.edgeCount} references` : '',
        this.strings === undefined ? 'all names' : this.scanner.current === 'strings' ? 'some names' : '',
      ].filter((part) => part !== '');
      warnings.push(
        `truncated: the file ends after ${readBytes} bytes ${where}${missing.length > 0 ? `; missing are ${missing.join(', ')}` : ''}. Sizes and paths hold for the part that could be read only.`,
      );
    } else if (nodes.count !== header.nodeCount || edges.count !== header.edgeCount) {
      warnings.push(
        `the header declares ${header.nodeCount} objects and ${header.edgeCount} references; the file has ${nodes.count} and ${edges.count}`,
      );
    }
    if (nodes.edgeSum !== edges.count && this.scanner.complete)
      warnings.push(`objects claim ${nodes.edgeSum} references, the file has ${edges.count}`);
    if (edges.badTargets > 0) warnings.push(`${edges.badTargets} references lead to no object and were passed over`);
    for (const [key, { oddNumbers, leftover }] of this.numbers) {
      if (oddNumbers > 0)
        warnings.push(`"${key}" holds ${oddNumbers} values that are no unsigned numbers; they were read as 0`);
      if (leftover > 0 && this.scanner.complete) warnings.push(`"${key}" ends in the middle of a record`);
    }
    return warnings;
  }
}
