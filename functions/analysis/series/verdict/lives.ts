import type { Role } from '../recognise/role.ts';
import type { RoleSeries, Subject } from '../recognise/subjects.ts';

/** One stretch of a container between two starts of its process: memory begins anew in each. */
export interface Life {
  readonly startMs: number;
  readonly endMs: number;
  /** How the life ended; `open` at the end of the evidence. */
  readonly end: 'restart' | 'oom-kill' | 'open';
  /** True where the start itself lies in the evidence, so that warm-up is to be expected. */
  readonly startSeen: boolean;
}

const MEMORY: readonly Role[] = [
  'rss',
  'working-set',
  'usage',
  'memory',
  'heap-used',
  'beam-total',
  'memory-share',
  'rss-share',
  'heap-share',
];
/** More restarts than this in one window: the longest lives are judged. */
const MOST_LIVES = 16;

/**
 * Cuts the time of a container where its process started anew: the restart counter rose, its start time changed, or its
 * own counters (CPU, requests) fell back. `windowStartMs` is the start of the whole evidence: a container that appears
 * later than that by two intervals was started then.
 */
export function findLives(subject: Subject, windowStartMs: number): Life[] {
  const memory = MEMORY.flatMap((role) => subject.series.get(role) ?? []);
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const { series } of memory) {
    startMs = Math.min(startMs, series.timesMs[0]!);
    endMs = Math.max(endMs, series.timesMs.at(-1)!);
  }
  const main = memory[0];
  if (!main || !(endMs > startMs)) return [];
  const interval = typicalInterval(main.series.timesMs);
  const cuts = restartTimes(subject)
    .map((time) => snapToFall(main, time, 3 * interval))
    .filter((time) => time > startMs && time < endMs);
  const kills = oomTimes(subject);
  const edges = [startMs, ...new Set(cuts.toSorted((a, b) => a - b)), endMs + 1];
  const lives: Life[] = [];
  for (let index = 0; index + 1 < edges.length; index++) {
    const from = edges[index]!;
    const to = edges[index + 1]!;
    if (to - from < 3 * interval && edges.length > 2) continue;
    const last = index + 2 === edges.length;
    const killed =
      kills.some((time) => Math.abs(time - to) <= 3 * interval) || (!last && endsAtLimit(subject, from, to));
    const startSeen = index > 0 || from > windowStartMs + 2 * interval;
    lives.push({ startMs: from, endMs: to - 1, end: killed ? 'oom-kill' : last ? 'open' : 'restart', startSeen });
  }
  if (lives.length <= MOST_LIVES) return lives;
  const length = (life: Life): number => life.endMs - life.startMs;
  const kept = new Set(lives.toSorted((a, b) => length(b) - length(a)).slice(0, MOST_LIVES));
  return lives.filter((life) => kept.has(life));
}

/** The median distance of neighbouring samples, ms. */
export function typicalInterval(timesMs: Float64Array): number {
  if (timesMs.length < 2) return 0;
  const stride = Math.max(1, Math.floor(timesMs.length / 1000));
  const gaps: number[] = [];
  for (let index = 1; index < timesMs.length; index += stride) gaps.push(timesMs[index]! - timesMs[index - 1]!);
  return gaps.toSorted((a, b) => a - b)[gaps.length >> 1]!;
}

function restartTimes(subject: Subject): number[] {
  const times: number[] = [];
  for (const { series } of subject.series.get('restarts') ?? []) {
    for (let i = 1; i < series.values.length; i++)
      if (series.values[i]! > series.values[i - 1]!) times.push(series.timesMs[i]!);
  }
  for (const { series } of subject.series.get('start-time') ?? []) {
    for (let i = 1; i < series.values.length; i++)
      if (series.values[i]! > series.values[i - 1]! + 1) times.push(series.timesMs[i]!);
  }
  if (subject.series.has('restarts') || subject.series.has('start-time')) return times;
  for (const { series } of subject.series.get('cpu') ?? []) {
    for (let i = 1; i < series.values.length; i++)
      if (series.values[i]! < 0.5 * series.values[i - 1]!) times.push(series.timesMs[i]!);
  }
  return times;
}

function oomTimes(subject: Subject): number[] {
  const times: number[] = [];
  for (const { series } of subject.series.get('oom-kills') ?? []) {
    for (let i = 1; i < series.values.length; i++)
      if (series.values[i]! > series.values[i - 1]!) times.push(series.timesMs[i]!);
  }
  return times;
}

/** Without a metric of kills: a life whose memory ended within 10 % of its limit was ended by it, more likely than not. */
function endsAtLimit(subject: Subject, fromMs: number, toMs: number): boolean {
  const limit = subject.series.get('limit')?.[0]?.series.values.at(-1) ?? 0;
  const memory = (subject.series.get('working-set') ?? subject.series.get('rss'))?.[0]?.series;
  if (!(limit > 0) || !memory) return false;
  let highest = 0;
  for (let i = memory.timesMs.length - 1; i >= 0 && memory.timesMs[i]! >= fromMs; i--) {
    if (memory.timesMs[i]! < toMs && memory.timesMs[i]! > toMs - 0.1 * (toMs - fromMs))
      highest = Math.max(highest, memory.values[i]!);
  }
  return highest > 0.9 * limit;
}

/** A counter of restarts may be scraped some intervals off the memory: the cut belongs where the memory fell. */
function snapToFall(memory: RoleSeries, timeMs: number, reachMs: number): number {
  const { timesMs, values } = memory.series;
  let best = { fall: 0.15, timeMs };
  for (let i = 1; i < timesMs.length; i++) {
    if (timesMs[i]! < timeMs - reachMs) continue;
    if (timesMs[i]! > timeMs + reachMs) break;
    const fall = 1 - values[i]! / values[i - 1]!;
    if (fall > best.fall) best = { fall, timeMs: timesMs[i]! };
  }
  return best.timeMs;
}
