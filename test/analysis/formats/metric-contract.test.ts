import { describe, expect, it } from 'vitest';
import { analyseAs, bytesOf, chosenFormat, detections, factOf, rowsOf } from './analyse.ts';
import { FIRST_BYTES, FIRST_MS, LAST_BYTES, METRIC_SAMPLES } from './metric-samples.ts';

/** What every reader of metrics must do, whatever its format. */
describe.each(METRIC_SAMPLES)('$format: $what', ({ format, input, named }) => {
  const bytes = bytesOf(input);

  it('is recognised by its own reader alone', () => {
    const { [format]: own, ...others } = detections(bytes);
    expect(own).toBe('yes');
    expect(Object.values(others)).not.toContain('yes');
    expect(chosenFormat(bytes)).toBe(format);
  });

  it('gives the memory of the container, first and last', async () => {
    const analysis = await analyseAs(format, bytes);
    expect(analysis.warnings).toEqual([]);
    const named3 = analysis.series.filter(({ values }) => values[0] === FIRST_BYTES && values.at(-1) === LAST_BYTES);
    expect(named3).toHaveLength(1);
    expect(named3[0]).toMatchObject({ unit: 'bytes', timesMs: [FIRST_MS, FIRST_MS + 60_000, FIRST_MS + 120_000] });
    expect(factOf(analysis, 'windowHours')).toBeCloseTo(1 / 30, 6);
    if (!named) return;
    const [row] = rowsOf(analysis, 'containers');
    expect(row?.slice(0, 8)).toEqual([
      'shop',
      'app-1',
      'app',
      FIRST_BYTES,
      LAST_BYTES,
      LAST_BYTES,
      null,
      LAST_BYTES - FIRST_BYTES,
    ]);
    expect(analysis.context).toMatchObject({ namespace: 'shop', pod: 'app-1', container: 'app' });
    expect(analysis.views.some((view) => view.kind === 'chart' && view.name === 'memory')).toBe(true);
  });
});
