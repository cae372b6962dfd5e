import { changePoints } from '../stats/change-points.ts';
import { quantile } from '../stats/quantiles.ts';
import type { Outcome, Story } from './explanation.ts';
import type { Points } from './points.ts';

/** One story as columns of a regression, before it is fitted. */
export interface Shape {
  readonly story: Story;
  readonly outcome: Outcome;
  readonly columns: readonly Float64Array[];
  /** The first `growing` columns must have a positive coefficient: they are what grows. */
  readonly growing: number;
  readonly parameters: number;
  /** What must be paid for a coincidence: that growth stops or slows just where the window ends. */
  readonly surprise?: number;
  readonly atHours?: number;
}

/** Time constants of warm-up, and of slow settling, as shares of the longest life. */
const FAST = [1 / 60, 1 / 25, 1 / 12];
const SLOW = [1 / 8, 1 / 5, 1 / 3.2];
/** Settling that is not over: from 83 % to 67 % of the way at the end. */
const UNFINISHED = [1 / 1.8, 1 / 0.9];
/** Hours after which growth that slows for ever has halved its pace, as shares of the longest life. */
const HALVES = [0.02, 0.05, 0.12, 0.3];
const FILLS = [0.03, 0.07, 0.12, 0.2, 0.28, 0.36, 0.44, 0.52, 0.6, 0.68, 0.75, 0.82, 0.88, 0.93];
const STARTS = [0.12, 0.25, 0.37, 0.5, 0.62, 0.75, 0.85];
/** A plateau must have lasted this share of the time that filling took, before it counts as one. */
const PLATEAU_SHARE = 0.2;
/** One in five windows may end where a story changes. */
const SURPRISE = 2 * Math.log(5);
/** Growth before a fall must have taken this share of the time. */
const LEAST_RAMP = 0.2;
/** Places in a row that make an episode of load, or a pause. */
const LASTING = 3;
/** A plateau under less than this share of the load that filling had proves nothing. */
const IDLE_SHARE = 0.5;

/** Every story worth trying on points whose longest life lasts `span` hours. `rest` is what base and waves leave of them. */
export function possibleShapes(points: Points, span: number, rest: Float64Array): Shape[] {
  const { ages } = points;
  const fast = FAST.map((share) => settling(ages, share * span));
  const slow = SLOW.map((share) => settling(ages, share * span));
  const shapes: Shape[] = [{ story: 'flat', outcome: 'stable', columns: [], growing: 0, parameters: 0 }];
  const add = (
    story: Story,
    outcome: Outcome,
    columns: Float64Array[],
    growing: number,
    parameters: number,
    atHours?: number,
  ): void => {
    shapes.push({ story, outcome, columns, growing, parameters, atHours });
  };
  [...fast, ...slow].forEach((column, at) => add('settles', 'stable', [column], 0, 2, [...FAST, ...SLOW][at]! * span));
  for (const [b, late] of slow.entries()) {
    for (const quick of fast.slice(0, 2)) add('settles', 'stable', [late, quick], 0, 4, SLOW[b]! * span);
  }
  for (const share of UNFINISHED) {
    const late = settling(ages, share * span);
    shapes.push(slowing([late], share * span), slowing([late, fast[1]!], share * span));
  }
  for (const share of HALVES) {
    const late = halving(ages, share * span);
    shapes.push(slowing([late], share * span), slowing([late, fast[0]!], share * span));
  }
  for (const share of FILLS) {
    shapes.push(fillShape(points, span, share * span, undefined));
    if (share > 0.15) shapes.push(fillShape(points, span, share * span, fast[0]));
  }
  const fallen = fallShape(points, span, rest);
  if (fallen) shapes.push(fallen);
  for (const columns of stepColumns(points, rest)) {
    add('steps', 'stable', columns, 0, 2 * columns.length);
    add('steps', 'stable', [...columns, fast[0]!], 0, 2 * columns.length + 2);
    add('steps', 'stable', [...columns, fast[2]!], 0, 2 * columns.length + 2);
    if (columns.length === 1) add('grows', 'growing', [ages, columns[0]!], 1, 3);
  }
  for (const shape of growingShapes(points, span, [...fast, ...slow.slice(0, 2)])) shapes.push(shape);
  return shapes;
}

function slowing(columns: Float64Array[], atHours: number): Shape {
  return {
    story: 'slows',
    outcome: 'open',
    columns,
    growing: 1,
    parameters: 2 * columns.length,
    surprise: SURPRISE,
    atHours,
  };
}

export function settling(ages: Float64Array, hours: number): Float64Array {
  // Loops, here and below: `map` boxes every number that its callback returns, and a verdict makes millions of them.
  const column = new Float64Array(ages.length);
  for (let i = 0; i < column.length; i++) column[i] = -Math.exp(-ages[i]! / hours);
  return column;
}

/** Grows ever more slowly without an end: a dictionary that meets ever fewer new words, a cache whose keys are of many frequencies. */
function halving(ages: Float64Array, hours: number): Float64Array {
  const column = new Float64Array(ages.length);
  for (let i = 0; i < column.length; i++) column[i] = Math.log1p(ages[i]! / hours);
  return column;
}

/** Grows evenly until the age of `full` hours, then not at all. */
export function fillShape(points: Points, span: number, full: number, warm: Float64Array | undefined): Shape {
  const ramp = new Float64Array(points.ages.length);
  for (let i = 0; i < ramp.length; i++) ramp[i] = Math.min(points.ages[i]!, full);
  const lasted = span - full >= PLATEAU_SHARE * full && !idleAfter(points, full);
  const columns = warm ? [ramp, warm] : [ramp];
  return {
    story: 'fills',
    outcome: lasted ? 'stable' : 'open',
    columns,
    growing: 1,
    parameters: 2 * columns.length,
    surprise: lasted ? 0 : SURPRISE,
    atHours: full,
  };
}

/** Grows evenly until the one great fall, and is level after it: what had piled up was let go of. */
function fallShape(points: Points, span: number, rest: Float64Array): Shape | undefined {
  if (points.life[0] !== points.life.at(-1)) return undefined;
  let place = -1;
  for (let i = 1; i < rest.length; i++) {
    if (place < 0 || rest[i - 1]! - rest[i]! > rest[place - 1]! - rest[place]!) place = i;
  }
  if (place < 0.2 * rest.length || place > 0.88 * rest.length) return undefined;
  const at = points.ages[place]!;
  const ramp = points.ages.map((age, i) => (i < place ? age : 0));
  const after = points.ages.map((_, i) => (i < place ? 0 : 1));
  if (idleAfter(points, at) || at < LEAST_RAMP * span) return undefined;
  return { story: 'falls-back', outcome: 'stable', columns: [ramp, after], growing: 1, parameters: 4, atHours: at };
}

/** Flat until the age of `from` hours, then grows evenly. */
export function startShape(points: Points, from: number, warm: Float64Array | undefined): Shape {
  const late = new Float64Array(points.ages.length);
  for (let i = 0; i < late.length; i++) late[i] = Math.max(0, points.ages[i]! - from);
  const columns = warm ? [late, warm] : [late];
  return {
    story: 'starts-growing',
    outcome: 'growing',
    columns,
    growing: 1,
    parameters: 2 * columns.length,
    atHours: from,
  };
}

function idleAfter(points: Points, full: number): boolean {
  const { rates, ages } = points;
  if (!rates) return false;
  const sums = { before: 0, after: 0, countBefore: 0, countAfter: 0 };
  for (let i = 0; i < rates.length; i++) {
    if (ages[i]! <= full) {
      sums.before += rates[i]!;
      sums.countBefore++;
    } else {
      sums.after += rates[i]!;
      sums.countAfter++;
    }
  }
  return sums.after / Math.max(1, sums.countAfter) < (IDLE_SHARE * sums.before) / Math.max(1, sums.countBefore);
}

function growingShapes(points: Points, span: number, warm: readonly Float64Array[]): Shape[] {
  const { ages, work, rates } = points;
  const grows = (story: Story, columns: Float64Array[], parameters: number): Shape => ({
    story,
    outcome: 'growing',
    columns,
    growing: 1,
    parameters,
  });
  const shapes = [grows('grows', [ages], 1), ...warm.map((column) => grows('grows', [ages, column], 3))];
  for (const share of STARTS)
    shapes.push(startShape(points, share * span, undefined), startShape(points, share * span, warm[0]));
  if (!work || !rates || !(work.at(-1)! > 0) || points.worksByCpu) return shapes;
  shapes.push(grows('grows-with-work', [work], 1.5));
  for (const quick of warm.slice(0, 3)) shapes.push(grows('grows-with-work', [work, quick], 3.5));
  for (const share of [0.3, 0.5, 0.7]) {
    const threshold = quantile(rates, share);
    if (busyEpisodes(rates, threshold) < 2) continue;
    const busy = busyWork(points, rates, threshold);
    shapes.push(grows('grows-with-busy-work', [busy], 2.5), grows('grows-with-busy-work', [busy, warm[0]!], 4.5));
  }
  return shapes;
}

/** Times that load rose above the threshold and stayed for three places: growth in a single one may be a cache that filled. */
function busyEpisodes(rates: Float64Array, threshold: number): number {
  let episodes = 0;
  let busy = 0;
  let idle = LASTING;
  for (const rate of rates) {
    if (rate > threshold) {
      if (++busy === LASTING && idle >= LASTING) {
        episodes++;
        idle = 0;
      }
    } else {
      idle++;
      busy = 0;
    }
  }
  return episodes;
}

/** Time during which the rate was above the threshold, weighted by how far: what a leak that only shows under load follows. */
function busyWork(points: Points, rates: Float64Array, threshold: number): Float64Array {
  const result = new Float64Array(rates.length);
  let sum = 0;
  for (let i = 0; i < rates.length; i++) {
    if (i === 0 || points.life[i] !== points.life[i - 1]) sum = 0;
    else sum += Math.max(0, rates[i]! - threshold) * (points.ages[i]! - points.ages[i - 1]!);
    result[i] = sum;
  }
  return result;
}

/** A level that seems to change just where a collection took the garbage away is a floor that rose meanwhile. */
function atCollection({ garbage }: Points, place: number): boolean {
  const since = garbage[0];
  if (!since) return false;
  for (let i = Math.max(1, place - 1); i <= Math.min(since.length - 1, place + 1); i++)
    if (since[i]! < since[i - 1]!) return true;
  return false;
}

/** One, two and three lasting changes of level at the best places. */
function stepColumns(points: Points, rest: Float64Array): Float64Array[][] {
  const places = changePoints(rest, 3, Math.max(2, Math.ceil(rest.length / 25)), 0.1).filter(
    (place) => !atCollection(points, place),
  );
  const columns = places.map((place) =>
    Float64Array.from(rest, (_, i) => (i >= place && points.life[i] === points.life[place] ? 1 : 0)),
  );
  return columns.map((_, index) => columns.slice(0, index + 1));
}
