import type { ContainerVerdict } from './container-verdict.ts';
import { growingStory } from './judge-signal.ts';
import { leakVerdict } from './conclude.ts';

/** Odds of growth that are enough where a sibling is known to leak: the same program seldom leaks in one place only. */
const LIKELY = 0.4;
/** Slopes of the same leak lie within this factor of each other. */
const ALIKE = 3;

/**
 * Short lives show little alone. An undecided container whose own best reading leans to growth in the layer, and at about
 * the slope, in which another container of its workload leaks for sure, leaks too.
 */
export function corroborate(containers: readonly ContainerVerdict[]): ContainerVerdict[] {
  const known = containers.filter(({ verdict, slope }) => verdict === 'leak' && slope !== undefined);
  return containers.map((one) => {
    if (one.verdict !== 'undecided' || one.missing === 'too-few-samples') return one;
    for (const sibling of known) {
      if (sibling.subject.workload !== one.subject.workload) continue;
      const likely = one.readings.find(({ signal, reading }) => {
        const story = reading && growingStory(reading);
        if (signal.layer !== sibling.layer || !reading || !story) return false;
        const ratio = story.slope / sibling.slope!.bytesPerHour;
        return reading.odds.growing >= LIKELY && ratio < ALIKE && ratio > 1 / ALIKE;
      });
      if (likely) return { ...one, ...leakVerdict([likely], one.grid, one.bins, one.levelBytes) };
    }
    return one;
  });
}
