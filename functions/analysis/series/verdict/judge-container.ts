import type { Subject } from '../recognise/subjects.ts';
import type { ContainerVerdict, Missing, SignalReading, Slope } from './container-verdict.ts';
import { follows } from './follows.ts';
import { type Grid, HOUR_MS, makeGrid } from './grid.ts';
import { averageSlope, growingStory, judgeSignal, MATERIAL_SHARE, pilesUp } from './judge-signal.ts';
import type { Layer } from './layer.ts';
import { findLives, typicalInterval } from './lives.ts';
import { type ContainerBins, separateLayers } from './signals.ts';
import { stoppedGrowth } from './stopped-growth.ts';
import { timeToLimit } from './time-to-limit.ts';

/** A process younger than this is warming up, whatever it looks like. */
const LEAST_HOURS = 3;
/** Fewer places with a value than this tell no story of a whole container. */
const FEWEST_PLACES = 20;

/** Kernel memory below this share of the page cache that grows with it is its book-keeping. */
const NODE_SHARE = 0.1;
/** Odds from which a reading leans to growth, and the factor within which two slopes are of one growth. */
const LEANING = 0.3;
const SAME_PACE = 2.5;
/** Odds of growth, and share of the slope, from which the heap explains what grows around it. */
const ROUGHLY = 0.4;
/** Harmless growth is named from this share of the container's memory on. */
const HARMLESS_SHARE = 0.08;

/** Is it a leak, in which memory: one container. Undefined where it has no memory series with two samples. */
export function judgeContainer(subject: Subject, windowStartMs: number, timed = true): ContainerVerdict | undefined {
  const lives = findLives(subject, windowStartMs);
  if (lives.length === 0) return undefined;
  const interval = Math.min(
    ...[...subject.series.values()].flat().map(({ series }) => typicalInterval(series.timesMs) || Infinity),
  );
  const grid = makeGrid(lives, Number.isFinite(interval) ? interval : 0);
  const bins = separateLayers(subject, grid);
  const levelBytes = recentLevel(bins);
  const readings = bins.signals.map((signal) => judgeSignal(grid, bins, signal, levelBytes));
  const checked = readings
    .map((reading) => supportHeap(reading, grid, bins, levelBytes))
    .map((reading, _, all) => checkRest(reading, all, grid, bins, levelBytes))
    .map((reading) => checkCount(reading, grid, bins));
  const resolved = checked.map((reading) => resolveKernel(reading, checked, bins, levelBytes));
  const seenHours = Math.max(...lives.map((life) => (life.endMs - life.startMs) / HOUR_MS));
  const allHours = lives.reduce((sum, life) => sum + (life.endMs - life.startMs) / HOUR_MS, 0);
  const missing = timed
    ? enoughData(grid, bins, lives.length >= 3 ? Math.max(seenHours, allHours / 2) : seenHours)
    : 'no-clock';
  const shared = {
    subject,
    version: versionOf(subject),
    grid,
    bins,
    readings: resolved,
    levelBytes,
    seenHours,
    startMs: lives[0]!.startMs,
    endMs: lives.at(-1)!.endMs,
  };
  return { ...shared, ...conclude(resolved, grid, bins, levelBytes, missing) };
}

type Conclusion = Pick<
  ContainerVerdict,
  'verdict' | 'layer' | 'main' | 'slope' | 'confidence' | 'missing' | 'onsetMs' | 'fixedAtMs' | 'timeToLimitHours'
>;

const NOTHING = {
  slope: undefined,
  missing: undefined,
  onsetMs: undefined,
  fixedAtMs: undefined,
  timeToLimitHours: undefined,
};

function conclude(
  readings: readonly SignalReading[],
  grid: Grid,
  bins: ContainerBins,
  levelBytes: number,
  missing: Missing | undefined,
): Conclusion {
  const kept = readings.filter(({ signal }) => signal.layer !== 'page-cache');
  if (missing) {
    return { ...NOTHING, verdict: 'undecided', layer: 'none', main: kept[0], confidence: 0.5, missing };
  }
  const killed = grid.lives.filter(({ end }) => end === 'oom-kill').length >= 2;
  const leaking = kept.filter(
    ({ verdict, signal }) => verdict === 'leak' && (signal.scope !== 'unsure' || signal.layer === 'kernel' || killed),
  );
  if (leaking.length > 0) return leakVerdict(leaking, grid, bins, levelBytes);
  for (const reading of kept) {
    const stopped = stoppedGrowth(reading, grid, bins);
    if (stopped)
      return {
        ...NOTHING,
        verdict: 'leak',
        layer: reading.signal.layer,
        main: reading,
        onsetMs: grid.startMs,
        ...stopped,
      };
  }
  const unsure = kept.filter(({ verdict, signal }) => verdict !== 'no-leak' && signal.scope !== 'part');
  const open =
    unsure.find((reading) => reading.reading !== undefined) ?? (unsure.length === kept.length ? unsure[0] : undefined);
  if (open) {
    return {
      ...NOTHING,
      verdict: 'undecided',
      layer: 'none',
      main: open,
      confidence: 0.5,
      missing: whatIsMissing(open),
    };
  }
  const sure = Math.min(1, ...kept.map(({ reading }) => reading?.odds.stable ?? 0.97));
  return {
    ...NOTHING,
    verdict: 'no-leak',
    layer: harmlessGrowth(readings, levelBytes),
    main: mostlyMoving(kept),
    confidence: sure,
  };
}

/** The layer with the steepest growth; a part (external buffers, ETS) that carries most of its layer gives its slope. */
export function leakVerdict(
  leaking: readonly SignalReading[],
  grid: Grid,
  bins: ContainerBins,
  levelBytes: number,
): Conclusion {
  const steepness = (reading: SignalReading): number => growingStory(reading.reading!)!.slope;
  const steepest = leaking.reduce((best, one) => (steepness(one) > steepness(best) ? one : best));
  const layer = steepest.signal.layer;
  const parts = leaking.filter(({ signal }) => signal.layer === layer && signal.scope === 'part');
  const part = parts.find((one) => steepness(one) > 0.6 * steepness(steepest) && layer === 'native');
  const main = part ?? steepest;
  const story = growingStory(main.reading!)!;
  const average = averageSlope(main.reading!);
  const reach = 1.96 * Math.max(average.error, 0.02 * average.slope);
  const slope: Slope = {
    bytesPerHour: average.slope,
    low: average.slope - reach,
    high: average.slope + reach,
    bytesPerUnit: story.perWork,
  };
  const onsetMs = grid.startMs + (story.story === 'starts-growing' ? story.atHours! * HOUR_MS : 0);
  const timeToLimitHours = timeToLimit(layer, slope, grid, bins, levelBytes, main);
  return {
    ...NOTHING,
    verdict: 'leak',
    layer,
    main,
    slope,
    confidence: main.reading!.odds.growing,
    onsetMs,
    timeToLimitHours,
  };
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
  if (!signal.layer.endsWith('-heap') || verdict !== 'undecided' || !read || read.odds.growing < LEANING)
    return reading;
  const own = growingStory(read)?.slope ?? 0;
  for (const values of [bins.heapCommitted, bins.resident]) {
    if (!values || own <= 0) continue;
    const witness = judgeSignal(grid, bins, { ...signal, values, floor: 'teeth' }, levelBytes);
    const pace = witness.verdict === 'leak' ? growingStory(witness.reading!)!.slope / own : 0;
    if (pace > 1 / SAME_PACE && pace < SAME_PACE) return { ...reading, verdict: 'leak' };
  }
  return reading;
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
  return leans ? reading : { ...reading, verdict: 'no-leak' };
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

function whatIsMissing({ signal, reading, missing }: SignalReading): Missing {
  if (missing) return missing;
  if (signal.scope === 'unsure') return signal.layer === 'kernel' ? 'unknown-kernel' : 'unknown-memory';
  if (!reading) return 'too-few-samples';
  const best = reading.explanations[0]!;
  const growth = growingStory(reading);
  if (best.story === 'fills' && best.outcome === 'open') return 'just-stopped';
  if (growth && (best.wave === 'load') !== (growth.wave === 'load') && reading.odds.open < 0.3) return 'load-or-growth';
  if (best.outcome === 'open' || reading.odds.open > 0.2 || best.story === 'settles') return 'not-settled';
  return 'noise';
}

/** Page cache, or slab that the kernel can take back: it grew, and it does no harm. */
function harmlessGrowth(readings: readonly SignalReading[], levelBytes: number): Layer {
  let best: { layer: Layer; bytes: number } = { layer: 'none', bytes: HARMLESS_SHARE * levelBytes };
  for (const { signal, reading, points } of readings) {
    if (!reading || (signal.layer !== 'page-cache' && signal.layer !== 'kernel')) continue;
    const { story, growthBytes } = reading.explanations[0]!;
    const rises = story !== 'flat' && story !== 'steps' ? growthBytes : 0;
    const bytes = signal.layer === 'kernel' ? Math.max(...points.values) - Math.min(...points.values) : rises;
    if (bytes > best.bytes) best = { layer: signal.layer, bytes };
  }
  return best.layer;
}

function mostlyMoving(kept: readonly SignalReading[]): SignalReading | undefined {
  return kept.find(({ reading }) => reading !== undefined) ?? kept[0];
}

function enoughData(grid: Grid, bins: ContainerBins, seenHours: number): Missing | undefined {
  const memory = bins.resident ?? bins.workingSet ?? bins.signals[0]?.values;
  const places = memory ? memory.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0) : 0;
  if (seenHours < LEAST_HOURS) return 'too-short';
  if (places < FEWEST_PLACES || places < 0.25 * grid.hours.length) return 'too-few-samples';
  return undefined;
}

function recentLevel(bins: ContainerBins): number {
  const memory = bins.workingSet ?? bins.resident ?? bins.signals[0]?.values ?? new Float64Array(0);
  const known = memory.filter((value) => !Number.isNaN(value));
  const last = known
    .subarray(Math.floor(known.length * 0.9))
    .slice()
    .sort();
  return last[last.length >> 1] ?? 0;
}

/** The tag of the image, or a version label. */
function versionOf(subject: Subject): string | undefined {
  for (const { series } of [...subject.series.values()].flat()) {
    const named = series.labels['version'] ?? series.labels['app_kubernetes_io_version'];
    if (named !== undefined && named !== '') return named.slice(0, 100);
    const tag = /:([\w][\w.-]{0,100})$/.exec(series.labels['image'] ?? '')?.[1];
    if (tag !== undefined) return tag;
  }
  return undefined;
}
