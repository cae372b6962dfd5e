import type { SignalReading } from './container-verdict.ts';
import { theilSen } from '../stats/theil-sen.ts';
import { follows } from './follows.ts';
import type { Grid } from './grid.ts';
import { growingStory, judgeSignal, MATERIAL_SHARE, pilesUp, SURE } from './judge-signal.ts';
import type { Points } from './points.ts';
import type { ContainerBins, Signal } from './signals.ts';

/** Kernel memory below this share of the page cache that grows with it is its book-keeping. */
const NODE_SHARE = 0.1;
/** Odds from which a reading leans to growth, and the factor within which two slopes are of one growth. */
const LEANING = 0.3;
const SAME_PACE = 2.5;
/** Odds of growth, and share of the slope, from which the heap explains what grows around it. */
const ROUGHLY = 0.4;

/** Growth outside the heap of which less than this share shows in the resident memory is a creep of two measurements. */
const SHOWN_SHARE = 0.5;

/** Holds the readings of one container against each other: what one layer leaves open, another may decide. */
export function crossCheck(
  readings: readonly SignalReading[],
  grid: Grid,
  bins: ContainerBins,
  levelBytes: number,
): SignalReading[] {
  const checked = readings
    .map((reading) => supportHeap(reading, grid, bins, levelBytes))
    .map((reading, _, all) => checkRest(reading, all, grid, bins, levelBytes))
    .map((reading) => checkCount(reading, grid, bins));
  return checked.map((reading) => resolveKernel(reading, checked, bins, levelBytes));
}

/**
 * Growth of kernel memory whose kind nobody measured: sockets and pipes come with descriptors and cannot be reclaimed;
 * dentries, inodes and page-cache nodes come without and are freed under pressure. (Stacks of threads count as native.)
 */
function resolveKernel(
  reading: SignalReading,
  all: readonly SignalReading[],
  bins: ContainerBins,
  levelBytes: number,
): SignalReading {
  if (reading.signal.layer !== 'kernel' || reading.signal.scope !== 'unsure' || reading.verdict === 'no-leak')
    return reading;
  if (bins.descriptors && follows(reading.signal.values, bins.descriptors)) return reading;
  const native = all.some(({ signal, verdict }) => signal.layer === 'native' && verdict === 'leak');
  const nodes = withFiles(reading, bins);
  if (native || nodes || bins.descriptors || dropsBack(reading, levelBytes)) return { ...reading, verdict: 'no-leak' };
  return { ...reading, verdict: 'undecided' };
}

/**
 * The floor of a heap is a noisy thing where collections are rare. A heap that leans to growth grows where what the runtime
 * had to commit for it, or all of the resident memory, grows for sure and at about the same pace.
 */
function supportHeap(reading: SignalReading, grid: Grid, bins: ContainerBins, levelBytes: number): SignalReading {
  const { signal, verdict, reading: read } = reading;
  if (reading.missing !== undefined && reading.missing !== 'load-or-growth') return reading;
  if (signal.layer === 'beam') return touchedByBeam(reading, grid, bins, levelBytes);
  if (!signal.layer.endsWith('-heap') || verdict !== 'undecided' || !read || read.odds.growing < LEANING)
    return reading;
  const own = growingStory(read)?.slope ?? 0;
  const confirmed = [bins.heapCommitted, bins.resident].some(
    (values) => values && witness(signal, values, own, grid, bins, levelBytes),
  );
  return confirmed ? { ...reading, verdict: 'leak' } : reading;
}

/**
 * A process of the BEAM takes its heap in ever larger blocks: what it holds grows in a line, and what it took in a few steps. It touches a block
 * only as it fills, so that resident memory shows the line.
 */
function touchedByBeam(reading: SignalReading, grid: Grid, bins: ContainerBins, levelBytes: number): SignalReading {
  const { signal, verdict, reading: read } = reading;
  const best = read?.explanations[0];
  if (signal.scope !== 'whole' || verdict === 'leak' || best?.story !== 'steps' || !bins.resident) return reading;
  const touched = witness(signal, bins.resident, best.growthBytes / read!.spanHours, grid, bins, levelBytes);
  return touched ? { ...touched, signal: { ...touched.signal, title: 'resident memory of the BEAM' } } : reading;
}

/** The reading of `values` where they grow for sure, and at about the pace `bytesPerHour`. */
function witness(
  signal: Signal,
  values: Float64Array,
  bytesPerHour: number,
  grid: Grid,
  bins: ContainerBins,
  levelBytes: number,
): SignalReading | undefined {
  if (bytesPerHour <= 0) return undefined;
  const seen = judgeSignal(grid, bins, { ...signal, values, floor: 'teeth' }, levelBytes);
  const pace = seen.verdict === 'leak' ? growingStory(seen.reading!)!.slope / bytesPerHour : 0;
  return pace > 1 / SAME_PACE && pace < SAME_PACE ? seen : undefined;
}

/**
 * What remains of two measurements taken at different moments creeps easily. Growth outside the heap must show in all of
 * the resident memory too; and where nobody measured what the heap has committed, a heap that grows about as fast is the
 * better explanation.
 */
function checkRest(
  reading: SignalReading,
  all: readonly SignalReading[],
  grid: Grid,
  bins: ContainerBins,
  levelBytes: number,
): SignalReading {
  if (reading.signal.scope !== 'rest' || reading.verdict === 'no-leak' || !bins.resident) return reading;
  const own = reading.reading && growingStory(reading.reading)?.slope;
  const heap = all.find(({ signal }) => signal.layer.endsWith('-heap'))?.reading;
  const heapSlope = heap && heap.odds.growing > ROUGHLY ? growingStory(heap)?.slope : undefined;
  if (reading.signal.rough && heapSlope !== undefined && own !== undefined && heapSlope > ROUGHLY * own)
    return { ...reading, verdict: 'no-leak' };
  const whole = judgeSignal(grid, bins, { ...reading.signal, values: bins.resident }, levelBytes);
  const leans = whole.verdict !== 'no-leak' && whole.reading !== undefined && whole.reading.odds.growing >= 0.5;
  const stable = (reading.reading?.odds.stable ?? 0) >= SURE;
  const hidden = !stable && !reading.signal.rough && risesAlong(whole.points, own);
  if (leans || hidden) return reading;
  return { ...reading, verdict: 'no-leak' };
}

/** Steps of a heap that commits more may hide a line in the resident memory from every story; its slope they hardly move. */
function risesAlong({ ages, values }: Points, slope: number | undefined): boolean {
  const line = theilSen(ages, values);
  return slope !== undefined && line !== undefined && line.slope > SHOWN_SHARE * slope;
}

function checkCount(reading: SignalReading, grid: Grid, bins: ContainerBins): SignalReading {
  const { signal, reading: read, verdict } = reading;
  if (!signal.counted || verdict === 'leak' || !read || read.odds.stable > 0.5 || !growingStory(read)) return reading;
  return pilesUp(grid, bins, signal.counted) ? { ...reading, verdict: 'leak' } : reading;
}

/** The kernel keeps a few bytes for every page of a file; they go when the pages go. */
function withFiles({ signal }: SignalReading, { pageCache }: ContainerBins): boolean {
  return (
    pageCache !== undefined && span(signal.values) < NODE_SHARE * span(pageCache) && follows(signal.values, pageCache)
  );
}

function span(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return Math.max(...known) - Math.min(...known);
}

function dropsBack(reading: SignalReading, levelBytes: number): boolean {
  const { values } = reading.points;
  for (let i = 1; i < values.length; i++) if (values[i - 1]! - values[i]! > MATERIAL_SHARE * levelBytes) return true;
  return false;
}
