import type { Header } from './header.ts';
import { CLASS_MASK, type DumpIndex, FIRST_CLASS, OBJECT_ARRAY } from './index-pass.ts';
import { OBJECT_TYPE, typeBytes } from './tags.ts';

/** How the JVM that wrote the dump lays out objects; a dump does not say, its addresses do. */
export interface HeapLayout {
  /** Bytes of a reference in the heap: 4 in a 64-bit JVM with compressed pointers. */
  readonly referenceBytes: 4 | 8;
  /** Bytes before the first element of an array of bytes. */
  readonly arrayHeaderBytes: number;
  readonly objectHeaderBytes: number;
  /** Every object begins at a multiple of this: 8, or more where a heap beyond 32 GB has compressed pointers (-XX:ObjectAlignmentInBytes). */
  readonly alignmentBytes: number;
  /** How it is known, for the facts. */
  readonly from: 'addresses' | 'default';
}

const ALIGN = 8;
/** What HotSpot allows. */
const MAX_ALIGN = 256;
type Headers = readonly [array: number, object: number];
const UNCOMPRESSED: Headers = [24, 16];
const COMPRESSED: Headers = [16, 12];
/** Widest first: class pointers of 8 bytes, the same since JDK 23, of 4 bytes, and the compact headers of JDK 24. */
const LAYOUTS_64: readonly Headers[] = [UNCOMPRESSED, [20, 16], COMPRESSED, [12, 8]];
/** Fewer pairs of neighbours than this prove nothing. */
const MIN_PAIRS = 8;
/** Share of pairs that a damaged file may contradict. */
const RARE = 0.01;
/** Many pages of a heap, and few milliseconds. */
const MAX_LOOKED_AT = 500_000;

export function alignUp(bytes: number, to: number): number {
  const over = bytes % to;
  return over === 0 ? bytes : bytes - over + to;
}

/**
 * Compressed pointers and header sizes from the distances between neighbours in the file that are neighbours in the heap, too: objects do not
 * overlap, so a layout under which an array would reach into the next object is not the right one. Of those left the
 * widest is taken, since every narrower one fits as well.
 */
export function inferLayout(header: Header, index: Pick<DumpIndex, 'ids' | 'classOf' | 'lengths'>): HeapLayout {
  if (header.idBytes === 4)
    return {
      referenceBytes: 4,
      arrayHeaderBytes: 12,
      objectHeaderBytes: 8,
      alignmentBytes: ALIGN,
      from: 'default',
    };
  const { ids, classOf, lengths } = index;
  const align = commonAlignment(ids);
  const overlaps = LAYOUTS_64.map(() => 0);
  let bytePairs = 0;
  let wideOverlaps = 0;
  let referencePairs = 0;
  const last = Math.min(ids.length - 1, MAX_LOOKED_AT);
  for (let i = 0; i < last; i++) {
    const type = classOf.get(i);
    if (type >= FIRST_CLASS && type < OBJECT_ARRAY) continue;
    const gap = ids.get(i + 1) - ids.get(i);
    const length = lengths.get(i);
    if (gap <= 0 || length === 0) continue;
    if (type >= OBJECT_ARRAY) {
      // From 4 elements on the two widths cannot be confused by the width of the header.
      if (length < 4 || gap > alignUp(24 + 8 * length, align)) continue;
      referencePairs++;
      if (gap < 16 + 8 * length) wideOverlaps++;
    } else if (typeBytes(type, 0) === 1 && gap <= alignUp(24 + length, align)) {
      bytePairs++;
      LAYOUTS_64.forEach(([array], layout) => {
        if (gap < alignUp(array + length, align)) overlaps[layout]!++;
      });
    }
  }
  const known = referencePairs >= MIN_PAIRS;
  const referenceBytes = known && wideOverlaps < RARE * referencePairs ? 8 : 4;
  const fitting = LAYOUTS_64.find((_, layout) => overlaps[layout]! <= RARE * bytePairs);
  const [arrayHeaderBytes, objectHeaderBytes] =
    (bytePairs >= MIN_PAIRS ? fitting : undefined) ?? (referenceBytes === 8 ? UNCOMPRESSED : COMPRESSED);
  // Of addresses that are no heap's, where nothing lies close to anything, all may be even, too.
  const alignmentBytes = bytePairs >= MIN_PAIRS ? align : ALIGN;
  return { referenceBytes, arrayHeaderBytes, objectHeaderBytes, alignmentBytes, from: known ? 'addresses' : 'default' };
}

/** The largest power of two that divides all addresses, but for as many as a damaged file may have. */
function commonAlignment(ids: DumpIndex['ids']): number {
  const count = Math.min(ids.length, MAX_LOOKED_AT);
  let align = ALIGN;
  const fits = new Uint32Array(MAX_ALIGN + 1);
  for (let i = 0; i < count; i++) {
    const low = (ids.get(i) % MAX_ALIGN) | MAX_ALIGN;
    fits[low & -low]!++;
  }
  for (let odd = fits[1]! + fits[2]! + fits[4]!; align < MAX_ALIGN; align *= 2) {
    odd += fits[align]!;
    if (odd > RARE * count) break;
  }
  return align;
}

/** Bytes of an array in the heap. */
export function arrayBytes(layout: HeapLayout, classNumber: number, length: number): number {
  const width = classNumber >= OBJECT_ARRAY ? layout.referenceBytes : typeBytes(classNumber & CLASS_MASK, 0);
  return alignUp(alignUp(layout.arrayHeaderBytes, width) + length * width, layout.alignmentBytes);
}

interface Extent {
  /** Where the fields end, header included. */
  readonly end: number;
  /** Holes between fields: offset and bytes, ascending. */
  readonly holes: readonly (readonly [offset: number, bytes: number])[];
}

/**
 * Bytes of an instance of each class (by class number minus FIRST_CLASS), as HotSpot lays out fields: those of superclasses first; of a class's
 * own the widest first and references last, each aligned to its size. Before JDK 15 a class began at a multiple of a reference's size and only
 * the hole before its first long was filled; since then fields go into every hole that fits, also of superclasses
 * (classFileParser.cpp `layout_fields`, fieldLayoutBuilder.cpp).
 */
export function instanceBytes(index: DumpIndex, layout: HeapLayout, fillsHoles: boolean): Float64Array {
  const { classes, classNumbers } = index;
  const extents = new Array<Extent | undefined>(classes.length);
  const start: Extent = { end: layout.objectHeaderBytes, holes: [] };
  const sizes = new Float64Array(classes.length);
  for (let i = 0; i < classes.length; i++) {
    // Up to a class whose extent is known, then down again; a chain that bites its tail ends at the bite.
    const chain: number[] = [];
    const inChain = new Set<number>();
    for (let k = i; extents[k] === undefined && !inChain.has(k);) {
      chain.push(k);
      inChain.add(k);
      const up = classNumbers.get(classes[k]!.dump?.superId ?? 0);
      if (up === undefined) break;
      k = up - FIRST_CLASS;
    }
    for (const k of chain.reverse()) {
      const dump = classes[k]!.dump;
      const up = classNumbers.get(dump?.superId ?? 0);
      const above = (up === undefined ? undefined : extents[up - FIRST_CLASS]) ?? start;
      const widths = (dump?.fields ?? []).map(({ type }) =>
        type === OBJECT_TYPE
          ? { bytes: layout.referenceBytes, reference: true }
          : { bytes: typeBytes(type, 0), reference: false },
      );
      extents[k] = fillsHoles ? placeInHoles(above, widths) : placeInBlocks(above, widths, layout.referenceBytes);
    }
    sizes[i] = alignUp(extents[i]!.end, layout.alignmentBytes);
  }
  return sizes;
}

interface Width {
  readonly bytes: number;
  readonly reference: boolean;
}

/** Since JDK 15: into the smallest hole that fits, else behind the last field. */
function placeInHoles(above: Extent, fields: readonly Width[]): Extent {
  const ordered = [...fields].sort((a, b) => Number(a.reference) - Number(b.reference) || b.bytes - a.bytes);
  let holes = [...above.holes];
  let { end } = above;
  for (const { bytes } of ordered) {
    let best = -1;
    holes.forEach(([offset, room], h) => {
      const fits = alignUp(offset, bytes) + bytes <= offset + room;
      if (fits && (best < 0 || room < holes[best]![1])) best = h;
    });
    if (best >= 0) {
      const [offset, room] = holes[best]!;
      const at = alignUp(offset, bytes);
      const rest: [number, number][] = [
        [offset, at - offset],
        [at + bytes, offset + room - at - bytes],
      ];
      holes = [...holes.slice(0, best), ...rest.filter(([, left]) => left > 0), ...holes.slice(best + 1)];
      continue;
    }
    const at = alignUp(end, bytes);
    if (at > end) holes.push([end, at - end]);
    end = at + bytes;
  }
  return { end, holes };
}

/** Before JDK 15: longs, ints, shorts, bytes, references; smaller ones first only into the hole before the longs. */
function placeInBlocks(above: Extent, fields: readonly Width[], referenceBytes: number): Extent {
  if (fields.length === 0) return above;
  const left = new Map<number, number>([8, 4, 2, 1].map((bytes) => [bytes, 0]));
  let references = 0;
  for (const { bytes, reference } of fields) {
    if (reference) references++;
    else left.set(bytes, left.get(bytes)! + 1);
  }
  let end = above.end;
  if (left.get(8)! > 0 && end % 8 !== 0) {
    let hole = alignUp(end, 8) - end;
    for (const bytes of [4, 2, 1])
      while (hole >= bytes && left.get(bytes)! > 0) {
        left.set(bytes, left.get(bytes)! - 1);
        hole -= bytes;
      }
    if (referenceBytes === 4 && hole >= 4 && references > 0) {
      references--;
      hole -= 4;
    }
    end = alignUp(end, 8);
  }
  for (const bytes of [8, 4, 2, 1]) {
    if (left.get(bytes)! === 0) continue;
    end = alignUp(end, bytes) + left.get(bytes)! * bytes;
  }
  if (references > 0) end = alignUp(end, referenceBytes) + references * referenceBytes;
  return { end: alignUp(end, referenceBytes), holes: [] };
}
