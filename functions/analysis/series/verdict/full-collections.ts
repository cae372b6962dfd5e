import type { RoleSeries, Subject } from '../recognise/subjects.ts';
import { binGauges, type Grid } from './grid.ts';

/** Where a JVM collected its whole heap, as far as the evidence tells. */
export interface FullCollections {
  /** Places of the grid right behind each, ascending. */
  readonly places: readonly number[];
  /**
   * Would one have been seen? `surely`: the old generation or its collections were measured. `likely`: the heap had so much room that nothing
   * called for one. `no`: there may be more than these.
   */
  readonly seen: 'surely' | 'likely' | 'no';
}

const NAMES = ['gc', 'action', 'name', 'id', 'pool', 'jvm_gc_name', 'jvm.gc.name', 'jvm_gc_action', 'jvm_memory_pool_name', 'jvm.memory.pool.name'] as const; // prettier-ignore
const FULL = /old gen|tenured|major|mark ?sweep|full|global/i;
/** Its mixed collections take from the old generation without counting as full ones. */
const MIXED = /\bG1\b/;
const OLD_POOL = /old|tenured/i;
/** A heap that is resized by less than this share of itself was not. The old generation does not shrink but by a collection. */
const RESIZED = 0.02;
const SHRUNK = 0.005;
/** More changes than one in so many places are no single events: then something collects all the time, and floors tell enough. */
const SINGLE = 10;
/** Below this share of the committed heap no collector takes to its old generation (G1 begins at 45 %, the others when it is full: at two thirds). */
const ROOM = 0.6;

/**
 * Full collections by the counters of the collectors, else by the falls of the old generation's pool, else by the committed heap, which serial and
 * parallel collectors resize right after one. What is held is known right behind them only: between them young collections leave more and more garbage in the old generation.
 */
export function fullCollections(
  subject: Subject,
  grid: Grid,
  used: Float64Array | undefined,
  committed: Float64Array | undefined,
): FullCollections | undefined {
  if (subject.runtime !== 'jvm' || !used) return undefined;
  const found = (
    values: Float64Array,
    changed: (from: number, to: number) => boolean,
    seen: FullCollections['seen'],
  ): FullCollections | undefined => {
    const places = events(values, changed, used);
    return places.length > values.length / SINGLE ? undefined : { places, seen };
  };
  const counters = named(subject.series.get('gc'), FULL);
  if (counters.length > 0) {
    const mixed = named(counters, MIXED).length > 0;
    return found(binGauges(grid, counters)!.middle, (from, to) => to > from, mixed ? 'no' : 'surely');
  }
  const pool = binGauges(grid, named(subject.series.get('heap-used'), OLD_POOL))?.middle;
  if (pool) return found(pool, (from, to) => from - to > SHRUNK * from, 'surely');
  // What creeps is resized by young collections too (G1): then its larger steps say nothing.
  if (!committed || events(committed, (from, to) => from !== to, used).length > committed.length / SINGLE)
    return undefined;
  const full = used.some((value, place) => value > ROOM * committed[place]!);
  return found(committed, (from, to) => Math.abs(to / from - 1) > RESIZED, full ? 'no' : 'likely');
}

function named(parts: readonly RoleSeries[] | undefined, pattern: RegExp): RoleSeries[] {
  return (parts ?? []).filter(({ series: { labels } }) => NAMES.some((name) => pattern.test(labels[name] ?? '')));
}

/**
 * Where a value differs, as `changed` has it, from the one known before: the place at which the heap was lowest around it. Changes in neighbouring
 * places are one event, seen in two bins.
 */
function events(values: Float64Array, changed: (from: number, to: number) => boolean, used: Float64Array): number[] {
  const places: number[] = [];
  let before = Number.NaN;
  for (let place = 0; place < values.length; place++) {
    if (Number.isNaN(values[place]!)) continue;
    const differs = changed(before, values[place]!);
    before = values[place]!;
    if (!differs) continue;
    const lowest = place > 0 && used[place - 1]! < used[place]! ? place - 1 : place;
    const last = places.at(-1);
    if (last === undefined || lowest > last + 1) places.push(lowest);
    else if (used[lowest]! < used[last]!) places[places.length - 1] = lowest;
  }
  return places;
}
