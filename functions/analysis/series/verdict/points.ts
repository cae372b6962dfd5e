import { robustFit } from '../stats/robust-regression.ts';
import { sawFloor } from '../stats/saw-floor.ts';
import { FEWEST_COLLECTIONS, sinceCollection } from './collections.ts';
import type { Grid } from './grid.ts';

/** What a trend is read from: one value a place, in the order of time, with the load of the place where it is known. */
export interface Points {
  /** Hours since the start of the grid. */
  readonly hours: Float64Array;
  /** Hours since the process started (or was first seen). */
  readonly ages: Float64Array;
  readonly life: Int32Array;
  /** Bytes. */
  readonly values: Float64Array;
  /** Units of work per hour, and units of work since the life began. */
  readonly rates: Float64Array | undefined;
  readonly work: Float64Array | undefined;
  /** True where the rates are processor time, which stands in for work that nobody counted. */
  readonly worksByCpu: boolean;
  /** The points that tell what was held behind full collections, where at least three are known, up to a late one. */
  readonly collected: readonly number[];
  /** Columns of the garbage that piled up since the last collection, where slow teeth are seen under the quick ones. */
  readonly garbage: readonly Float64Array[];
}

export type Floor =
  /** Every bin as it is. */
  | 'none'
  /** After each full collection where teeth are visible; else the lowest of a few neighbouring bins. */
  | 'collected'
  /** After each sharp fall where teeth are visible; else as it is. */
  | 'teeth';

export interface Work {
  /** Units per hour, a bin. */
  readonly rates: Float64Array;
  readonly byCpu: boolean;
}

/** More points than this make fits slow and no surer: neighbours are then averaged in pairs. */
const MOST_POINTS = 130;

/** Starting up takes no longer than this, and no larger share of a life. */
const START_HOURS = 1.5;
const START_SHARE = 0.06;

/** The floor under narrow teeth is the lowest of so many bins: of 240 bins, 40 floors are left. */
const GROUP = 6;

/** Fewer floors than this tell less than all points beside the garbage of their ramps. */
const FEWEST_FLOORS = 6;

/** The last full collection must lie behind this share of the time. */
const LATE = 0.4;

/**
 * The places of a grid where `values` has a value, reduced to the floor that stays when garbage is gone. `collected` are the
 * places right behind full collections, where something tells of them.
 */
export function pickPoints(
  grid: Grid,
  values: Float64Array,
  work: Work | undefined,
  floor: Floor,
  collected: readonly number[] = [],
): Points {
  const filled: number[] = [];
  for (let place = 0; place < values.length; place++)
    if (!Number.isNaN(values[place]!) && !startsUp(grid, place)) filled.push(place);
  const known = floor === 'collected' ? enoughOf(collected, grid, filled) : [];
  const between = known.length > 0 ? floorsBetween(known, filled, values) : undefined;
  const places = between?.places ?? (floor === 'none' ? filled : floorPlaces(grid, values, filled, floor));
  const groups = places.length > MOST_POINTS ? pairs(places, grid.life) : places.map((place) => [place]);
  const mean = (column: ArrayLike<number>): Float64Array =>
    Float64Array.from(groups, (group) => group.reduce((sum, place) => sum + column[place]!, 0) / group.length);
  const ages = mean(grid.ages);
  const life = Int32Array.from(groups, (group) => grid.life[group[0]!]!);
  const read = mean(values);
  const behind = (between?.levels ?? []).map((place) => places.indexOf(place));
  const done = work && mean(cumulatedWork(grid, work.rates));
  return {
    hours: mean(grid.hours),
    ages,
    life,
    values: read,
    collected: behind,
    garbage: floor === 'collected' ? garbageOf(ages, done, life, read, behind) : [],
    rates: work && mean(work.rates),
    work: done,
    worksByCpu: work?.byCpu ?? false,
  };
}

/** Full collections of one life from which a trend can be read: what came after the last may be garbage, so that it must be a late one. */
function enoughOf(collected: readonly number[], grid: Grid, filled: readonly number[]): readonly number[] {
  const known = grid.lives.length === 1 ? collected.filter((place) => filled.includes(place)) : [];
  const enough = known.length >= FEWEST_COLLECTIONS && grid.ages[known.at(-1)!]! >= LATE * grid.ages.at(-1)!;
  return enough ? known : [];
}

/** Garbage comes with work, or with time (timers, a cache that is swept): by the clock that leaves less of the ramps. */
function garbageOf(
  ages: Float64Array,
  work: Float64Array | undefined,
  life: Int32Array,
  values: Float64Array,
  collected: readonly number[],
): Float64Array[] {
  const byTime = sinceCollection(ages, life, values, collected);
  const byWork = work ? sinceCollection(work, life, values, collected) : [];
  return rest(byWork, ages, values) < rest(byTime, ages, values) ? byWork : byTime;
}

function rest(garbage: readonly Float64Array[], ages: Float64Array, values: Float64Array): number {
  const fit = robustFit([new Float64Array(ages.length).fill(1), ages, ...garbage], values, 2);
  return garbage.length > 0 && fit
    ? fit.residuals.reduce((sum, one) => sum + Math.abs(one), 0)
    : Number.POSITIVE_INFINITY;
}

/** The start of a process whose start was seen: every program loads itself first. */
function startsUp(grid: Grid, place: number): boolean {
  const life = grid.lives[grid.life[place]!]!;
  if (!life.startSeen) return false;
  return grid.ages[place]! < Math.min(START_HOURS, (START_SHARE * (life.endMs - life.startMs)) / 3_600_000);
}

function pairs(places: readonly number[], life: Int32Array): number[][] {
  const result: number[][] = [];
  for (let index = 0; index < places.length;) {
    const here = places[index]!;
    const next = places[index + 1];
    const joined = next !== undefined && life[next] === life[here];
    result.push(joined ? [here, next] : [here]);
    index += joined ? 2 : 1;
  }
  return result;
}

/** Floors are taken in each life apart: a restart is no garbage collection. */
function floorPlaces(grid: Grid, values: Float64Array, filled: readonly number[], floor: Floor): number[] {
  const result: number[] = [];
  for (let life = 0; life < grid.lives.length; life++) {
    const own = filled.filter((place) => grid.life[place] === life);
    const teeth = sawFloor(own.map((place) => values[place]!)).map((index) => own[index]!);
    if (teeth.length >= (floor === 'collected' ? FEWEST_FLOORS : 1)) result.push(...teeth);
    else if (floor === 'teeth' || own.length < 8 * GROUP) result.push(...own);
    else result.push(...lowestOfGroup(own, values));
  }
  return result;
}

/**
 * `levels`: what is held is known behind each collection, from the lowest of the next few places, since young garbage is back by the time of most samples.
 * Where collections are few, the young floors between them tell of the garbage.
 */
function floorsBetween(
  collected: readonly number[],
  filled: readonly number[],
  values: Float64Array,
): { levels: readonly number[]; places: readonly number[] } {
  const floors = (from: number, to: number): number[] =>
    lowestOfGroup(
      filled.filter((place) => place >= from && place < to),
      values,
    );
  const behind = collected.map((from, at) => floors(from, collected[at + 1] ?? Number.POSITIVE_INFINITY));
  const levels = behind.map(([first]) => first!);
  return { levels, places: levels.length >= FEWEST_FLOORS ? levels : [...floors(0, collected[0]!), ...behind.flat()] };
}

function lowestOfGroup(places: readonly number[], values: Float64Array): number[] {
  const result: number[] = [];
  for (let start = 0; start < places.length; start += GROUP) {
    let best = places[start]!;
    for (const place of places.slice(start + 1, start + GROUP)) if (values[place]! < values[best]!) best = place;
    result.push(best);
  }
  return result;
}

/** Work done in each life up to the middle of each bin. */
function cumulatedWork(grid: Grid, rates: Float64Array): Float64Array {
  const work = new Float64Array(rates.length);
  let sum = 0;
  for (let bin = 0; bin < rates.length; bin++) {
    if (bin > 0 && grid.life[bin] !== grid.life[bin - 1]) sum = 0;
    const gained = (rates[bin]! * (grid.toMs[bin]! - grid.fromMs[bin]!)) / 3_600_000;
    work[bin] = sum + gained / 2;
    sum += gained;
  }
  return work;
}
