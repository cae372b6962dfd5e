import { describe, expect, it } from 'vitest';
import { stillBends } from '../../../../functions/analysis/series/verdict/bends.ts';

const hours = Array.from({ length: 60 }, (_, hour) => hour);
const bends = (value: (hour: number) => number): boolean => stillBends(hours, hours.map(value));
const rough = (hour: number): number => 2 * Math.sin(97 * hour * hour);

describe('growth that still bends at the end', () => {
  it('is seen in curves of every kind, through noise', () => {
    expect(bends((hour) => 100 * (1 - Math.exp(-hour / 30)))).toBe(true);
    expect(bends((hour) => (100 * hour) / (hour + 15) + 0.4 * rough(hour))).toBe(true);
    expect(bends((hour) => 100 * (hour / 60) ** 0.25)).toBe(true);
  });

  it('is not seen in a line, behind a warm-up that is over, in growth that speeds up, or where noise hides it', () => {
    expect(bends((hour) => hour + rough(hour))).toBe(false);
    expect(bends((hour) => hour - 50 * Math.exp(-hour / 4))).toBe(false);
    expect(bends((hour) => hour * hour)).toBe(false);
    expect(bends((hour) => 5 * (1 - Math.exp(-hour / 30)) + 10 * rough(hour))).toBe(false);
  });

  it('is not seen in growth that paused and went on', () => {
    expect(bends((hour) => Math.min(hour, 25) + Math.max(0, hour - 35))).toBe(false);
  });
});
