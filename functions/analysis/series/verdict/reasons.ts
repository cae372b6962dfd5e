import type { ContainerVerdict, Missing, SignalReading } from './container-verdict.ts';
import type { Explanation, Reading } from './explanation.ts';
import { growingStory } from './judge-signal.ts';
import { type Layer, LAYER_TITLES } from './layer.ts';
import { LEAST_HOURS } from './short-window.ts';
import { hoursInWords, percentInWords, type Sizes, sizesOf } from './words.ts';

/** Why this verdict: sentences that a reader can check on the chart. */
export function reasonsFor(container: ContainerVerdict): string[] {
  const reasons: string[] = [];
  const { main } = container;
  const say = sizesOf(container.bins);
  if (main?.reading) reasons.push(...storyReasons(main, container));
  for (const { signal, verdict, reading } of container.readings) {
    if ((signal === main?.signal && main.reading) || signal.scope === 'part') continue;
    const name = capital(signal.title);
    if (signal.layer === 'page-cache') {
      const growth = reading?.explanations[0]?.growthBytes ?? 0;
      if (growth > 0.05 * container.levelBytes)
        reasons.push(`${name} grew by ${say.size(growth)}: page cache, which the kernel gives back under pressure.`);
    } else if (verdict === 'no-leak' && reading === undefined) {
      reasons.push(`${name} moved by less than 4 % of the container's memory.`);
    } else if (verdict === 'no-leak' && reading) {
      reasons.push(calmReason(name, signal.layer, reading, say));
    }
  }
  const restarts = container.grid.lives.length - 1;
  if (restarts > 0)
    reasons.push(`The container was started ${restarts + 1} times; each life was read from its own start.`);
  if (container.verdict === 'leak' && container.seenHours < LEAST_HOURS) reasons.push(shortReason(container));
  if (container.missing !== undefined) reasons.push(missingReason(container, container.missing));
  return reasons.slice(0, 20);
}

function storyReasons(
  main: SignalReading,
  { verdict, levelBytes, slope, fixedAtMs, bins }: ContainerVerdict,
): string[] {
  const say = sizesOf(bins);
  const reading = main.reading!;
  const best = reading.explanations[0]!;
  const name = capital(main.signal.title);
  if (verdict === 'no-leak' && main.signal.layer === 'kernel') return [calmReason(name, 'kernel', reading, say)];
  if (verdict === 'no-leak') return [`${name} ${calmStory(best, say)}; odds ${oddsInWords(reading.odds.stable)}.`];
  const growth = growingStory(reading);
  if (verdict === 'undecided' || !growth) {
    if (fixedAtMs !== undefined && slope) {
      return [
        `${name} grew ${say.rate(slope.bytesPerHour)} and then stopped while the process went on.`,
        best.story === 'falls-back'
          ? 'What had piled up was then let go of without a restart, and did not come back.'
          : 'Afterwards the heap takes in far less than before: a full cache would go on replacing its entries, so the growth itself was switched off.',
      ];
    }
    if (!growth || growth.growthBytes <= 0.04 * levelBytes) return [];
    const rose = `${name} rose by ${say.size(growth.growthBytes)} (${percentInWords(growth.growthBytes / levelBytes)} of the container's memory)`;
    return best.outcome === 'growing'
      ? [`${rose}.`]
      : [`${rose} if it grows on; another story explains it as well or better: it ${calmStory(best, say)}.`];
  }
  const reasons = [
    `${name} rose by ${say.size(growth.growthBytes)} in ${hoursInWords(reading.spanHours)}, ${percentInWords(growth.growthBytes / levelBytes)} of the container's memory; it strays from that line by ${say.size(reading.noiseBytes)}.`,
  ];
  if (growth.wave === 'load') reasons.push('What follows the load was taken out first; the rest still rises.');
  if (growth.wave === 'daily') reasons.push('The daily rhythm was taken out first; the rest still rises.');
  if (growth.story === 'grows-with-work') reasons.push('It grows with the work done, not with the clock.');
  if (growth.story === 'grows-with-busy-work')
    reasons.push('It grows only while load is high, and pauses when load is low.');
  reasons.push(
    reading.odds.growing >= 0.75
      ? `Settling, a filling cache and steps explain it worse: odds of growth ${oddsInWords(reading.odds.growing)}.`
      : `Alone that would leave it open (odds of growth ${oddsInWords(reading.odds.growing)}); but what belongs to it (committed heap, resident memory, threads, or another container of this workload) grows for sure, at about the same pace.`,
  );
  if (main.signal.layer === 'jvm-heap' || main.signal.layer === 'js-heap')
    reasons.push('Read from the floor under garbage collection, not from the mean.');
  return reasons;
}

/** Of a layer that is not the leak. Kernel memory that grows and is none was judged reclaimable by its company (`resolveKernel`). */
function calmReason(name: string, layer: Layer, reading: Reading, say: Sizes): string {
  const [best] = reading.explanations;
  return layer === 'kernel' && reading.odds.growing > 0.5
    ? `${name} rises by ${say.size(best!.growthBytes)}, but as the kernel's own caches do (dentries, inodes, page tables of files): it takes them back when memory is short.`
    : `${name} ${calmStory(best!, say)}.`;
}

/** Why a window this short is enough, and what that costs. */
function shortReason({ seenHours, grid }: ContainerVerdict): string {
  const kills = grid.lives.filter(({ end }) => end === 'oom-kill').length;
  const why =
    kills >= 2
      ? `${kills} lives ended at the limit, each after the same growth`
      : 'the whole container doubled or more in a straight line while its work did not';
  return `No life was seen for longer than ${hoursInWords(seenHours)}, so this is less sure than a day would make it; yet ${why}.`;
}

/** A story in which memory does not grow on, as half a sentence. */
function calmStory({ story, wave, atHours, growthBytes }: Explanation, say: Sizes): string {
  const withWave =
    wave === 'load' ? ' once what follows the load is taken out' : wave === 'daily' ? ' but for a daily rhythm' : '';
  switch (story) {
    case 'flat':
      return `is flat${withWave}`;
    case 'settles':
      return `rises ever more slowly (time constant ${hoursInWords(atHours!)}) and settles${withWave}, as warm-up does`;
    case 'fills':
      return `rose by ${say.size(growthBytes)} in ${hoursInWords(atHours!)} and has been level since${withWave}, as a bounded cache does`;
    case 'steps':
      return `changes its level in single steps and is flat between them${withWave}`;
    case 'falls-back':
      return `rose by ${say.size(growthBytes)} in ${hoursInWords(atHours!)}, fell back, and has been level since${withWave}`;
    case 'slows':
      return `rises ever more slowly, but is not level yet${withWave}`;
    default:
      return `rises${withWave}`;
  }
}

function missingReason(container: ContainerVerdict, missing: Missing): string {
  const what = LAYER_TITLES[container.main?.signal.layer ?? 'none'];
  switch (missing) {
    case 'too-short':
      return `Only ${hoursInWords(container.seenHours)} of one life were seen: over so short a time, warm-up and a leak look alike.`;
    case 'too-few-samples':
      return 'Most of the samples are missing.';
    case 'no-clock':
      return 'The samples carry no times, so there is no growth per hour.';
    case 'unknown-memory':
      return 'The evidence does not say which memory this is: page cache, which is harmless, counts in the working set too.';
    case 'unknown-kernel':
      return 'Kernel memory grows; whether it can be reclaimed (dentries) or not (sockets), this evidence does not say.';
    case 'no-full-collection':
      return 'Too few full garbage collections were seen: the rise between them may be garbage that young collections left in the old generation.';
    case 'just-collected':
      return `${capital(what)} rose, but then a full garbage collection took it back to where it began: what had piled up may all have been garbage.`;
    case 'load-or-growth':
      return `Load and ${what} rose together, and load never fell: they cannot be told apart yet.`;
    case 'not-settled':
      return `${capital(what)} rises more slowly than at first, but it is not level yet.`;
    case 'just-stopped':
      return `${capital(what)} has stopped rising, but too short a time ago: a full cache, or a pause.`;
    case 'noise':
      return 'The rise is of the size of the noise.';
  }
}

/** Why nothing can be said of a container yet, in one sentence; empty where something can. */
export function whyUndecided(container: ContainerVerdict): string {
  return container.missing === undefined ? '' : missingReason(container, container.missing);
}

/** What would decide, as an order. */
export function wouldDecide(container: ContainerVerdict): string {
  const more = hoursInWords(Math.max(3 - container.seenHours, container.seenHours, 1));
  // What is there already is not asked for.
  const heap = container.bins.heapUsed === undefined ? 'the heap metrics of the runtime' : undefined;
  switch (container.missing) {
    case undefined:
      return '';
    case 'too-short':
      return `Send a window longer by ${hoursInWords(Math.max(3, 2 * container.seenHours) - container.seenHours + 1)}, without a restart in it.`;
    case 'too-few-samples':
      return 'Send at least 20 samples of one life, evenly spread: a Prometheus query_range with step 1m over a day.';
    case 'no-clock':
      return 'Send the same samples with their times, such as a Prometheus query_range answer.';
    case 'unknown-memory':
      return 'Send container_memory_rss and container_memory_cache beside the working set, and the heap metrics of the runtime.';
    case 'unknown-kernel':
      return 'Send slab_reclaimable and slab_unreclaimable of memory.stat, or container_file_descriptors and container_threads.';
    case 'just-collected':
      return `Send a window longer by ${more}: the floor after the next full collections decides.`;
    case 'no-full-collection':
      return `Force full collections some hours apart (jcmd PID GC.run) and send the window with them, or one longer by ${more}: what the heap holds right behind each decides.`;
    case 'load-or-growth':
      return `Send a window in which the load falls again (a night is enough)${heap ? `, or ${heap}` : ''}.`;
    case 'just-stopped':
    case 'not-settled':
      return `Send a window longer by ${more} under the same load.`;
    case 'noise':
      return `Send a window longer by ${more}${heap ? `, or ${heap}, which are less noisy` : ''}.`;
  }
}

function oddsInWords(odds: number): string {
  return odds > 0.995 ? 'above 99 %' : percentInWords(odds);
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
