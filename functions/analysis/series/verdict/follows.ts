import { rankCorrelation } from '../stats/ranks.ts';

/** Rank correlation from which memory is said to follow a count of things. */
const CLOSE = 0.9;

/** Memory and a count rise together, and the count by more than a tenth and by three. */
export function follows(memory: Float64Array, count: Float64Array): boolean {
  const places = [...memory.keys()].filter((place) => !Number.isNaN(memory[place]!) && !Number.isNaN(count[place]!));
  if (places.length < 6) return false;
  const counts = places.map((place) => count[place]!);
  const tenth = Math.ceil(counts.length / 10);
  const least = Math.min(...counts.slice(0, tenth));
  const most = Math.max(...counts.slice(-tenth));
  return (
    most > 1.1 * least + 2 &&
    rankCorrelation(
      places.map((place) => memory[place]!),
      counts,
    ) > CLOSE
  );
}
