import type { Analysis } from '../../../model/analysis.ts';
import { AppError } from '../../../model/error.ts';
import type { Analyser, ByteSource, Run } from '../../analyser.ts';
import { describeCounted } from '../../heap/counted-only.ts';
import { classNameOf } from './classes.ts';
import { readHeader, type Header } from './header.ts';
import { NumberRing } from './number-ring.ts';
import { NumberSection, type RecordSink } from './number-section.ts';
import { LARGE } from './scan-numbers.ts';
import { readInSlots } from './read-in-slots.ts';
import { ObjectText, SectionScanner, type Section } from './section-scanner.ts';
import { StringNeeds } from './string-needs.ts';
import { StringTable } from './string-table.ts';

interface Sum {
  instances: number;
  shallowBytes: number;
}

/** More distinct names than any program has classes: the rest of a hostile file is one row. */
const MAX_NAMES = 500_000;
const RECENT = 4096;

/**
 * For dumps that do not fit the memory: instances and own bytes by class in one pass, with no state for each object. `why` is the reason.
 */
export async function analyseHistogramOnly(
  analyser: Pick<Analyser, 'format' | 'version'>,
  source: ByteSource,
  run: Run,
  why: string,
): Promise<Analysis> {
  const needs = new StringNeeds(new ArrayBuffer(StringNeeds.sizeFor(source.size)));
  const ring = new NumberRing(false);
  let header: Header | undefined;
  let sums: NameSums | undefined;
  let strings: StringTable | undefined;
  const scanner = new SectionScanner((key): Section | undefined => {
    if (key === 'snapshot') return new ObjectText((json) => (header ??= readHeader(json)));
    if (header === undefined) return undefined;
    if (key === 'nodes' && sums === undefined) return new NumberSection((sums = new NameSums(header, needs)), ring);
    if (key === 'strings' && strings === undefined) return (strings = new StringTable(needs));
    return FLAT.has(key) ? new FlatSkipped() : undefined;
  });
  const bytes = await readInSlots(
    source,
    ring,
    run,
    (chunk, slot) => scanner.push(chunk, slot),
    (read) => run.progress('counting classes', read / Math.max(1, source.size)),
  );
  scanner.end();
  if (header === undefined || sums === undefined)
    throw new AppError('corrupt', 'This heap snapshot has no objects: take it again.');
  const classes = sums.byClass(strings ?? new StringTable(undefined));
  const counted = {
    facts: [
      { name: 'objects', value: sums.objects, unit: 'count' },
      { name: 'edges', value: header.edgeCount, unit: 'count' },
      { name: 'shallowBytes', value: sums.bytes, unit: 'bytes' },
    ],
    classes,
    why,
    warnings: scanner.complete ? [] : [`truncated: the file ends after ${bytes} bytes`],
    runtime: 'V8',
  };
  return describeCounted(analyser, counted, run.limits);
}

const FLAT = new Set(['edges', 'samples', 'locations', 'trace_function_infos']);

/** A flat array of numbers ends at its first bracket: found at the speed of memory. */
class FlatSkipped implements Section {
  read(bytes: Uint8Array, at: number): number {
    return bytes.indexOf(93, at) + 1 || -1;
  }

  end(): void {
    // Nothing was kept.
  }
}

/** Instances and bytes by kind and, where the name is the class, by name. */
class NameSums implements RecordSink {
  readonly width: number;
  objects = 0;
  bytes = 0;
  private readonly header: Header;
  private readonly needs: StringNeeds;
  private readonly byName = new Map<number, Sum>();
  private readonly byKind: (Sum | undefined)[] = Array.from({ length: 256 });
  /** What was looked up last, by the low bits of its name: a lookup in a large Map for each object costs more than all else. */
  private readonly recent: ({ readonly name: number; readonly sum: Sum } | undefined)[] = Array.from({
    length: RECENT,
  });
  private readonly named: Uint8Array;

  constructor(header: Header, needs: StringNeeds) {
    this.header = header;
    this.width = header.nodeFields.length;
    this.needs = needs;
    this.named = Uint8Array.from({ length: 256 }, (_, type) =>
      ['object', 'native'].includes(header.nodeTypes[type] ?? '') ? 1 : 0,
    );
  }

  take(records: Uint32Array, length: number, large: ReadonlyMap<number, number> | undefined): void {
    const { nodeFields } = this.header;
    const [typeAt, nameAt, sizeAt] = [
      nodeFields.indexOf('type'),
      nodeFields.indexOf('name'),
      nodeFields.indexOf('self_size'),
    ];
    const { named, width } = this;
    for (let r = 0; r < length; r += width) {
      const kind = records[r + typeAt]! & 255;
      const raw = records[r + sizeAt]!;
      const size = raw === LARGE ? (large?.get(r + sizeAt) ?? raw) : raw;
      const sum = named[kind] === 1 ? this.sumOfName(records[r + nameAt]!, kind) : this.sumOfKind(kind);
      this.bytes += size;
      if (size === 0) continue;
      sum.instances++;
      sum.shallowBytes += size;
    }
    this.objects += length / width;
  }

  private sumOfKind(kind: number): Sum {
    return (this.byKind[kind] ??= { instances: 0, shallowBytes: 0 });
  }

  private sumOfName(name: number, kind: number): Sum {
    const place = name & (RECENT - 1);
    const recent = this.recent[place];
    if (recent?.name === name) return recent.sum;
    let sum = this.byName.get(name);
    if (sum === undefined) {
      if (this.byName.size >= MAX_NAMES) return this.sumOfKind(kind);
      this.byName.set(name, (sum = { instances: 0, shallowBytes: 0 }));
      this.needs.add(name);
    }
    this.recent[place] = { name, sum };
    return sum;
  }

  byClass(strings: StringTable): Map<string, Sum> {
    const classes = new Map<string, Sum>();
    const add = (name: string, { instances, shallowBytes }: Sum): void => {
      const known = classes.get(name);
      if (known === undefined) classes.set(name, { instances, shallowBytes });
      else {
        known.instances += instances;
        known.shallowBytes += shallowBytes;
      }
    };
    for (const [index, sum] of this.byName) add(classNameOf(strings.get(index, 300)), sum);
    for (const [kind, sum] of this.byKind.entries())
      if (sum) add(classNameOf(undefined, this.header.nodeTypes[kind]), sum);
    return classes;
  }
}
