import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isAppError } from '../../../../functions/model/error.ts';
import { sharedPath } from '../../../fixtures/shared.ts';
import { analyseAs, chosenFormat } from '../analyse.ts';

/** The conformance cases of OpenMetrics: good ones are read without complaint, bad ones are refused or complained about. */
const path = sharedPath('fixtures/openmetrics/openmetrics-suite.open.json');
const Cases = z.array(
  z.object({ name: z.string(), test: z.object({ shouldParse: z.boolean() }), metrics: z.string() }),
);
const cases = path === undefined ? [] : Cases.parse(JSON.parse(readFileSync(path, 'utf8')));

describe.skipIf(path === undefined)('the OpenMetrics suite', () => {
  it.each(cases)('$name', async ({ test, metrics }) => {
    const bytes = Uint8Array.from(metrics, (character) => character.charCodeAt(0));
    let complaints: string[];
    try {
      complaints = (await analyseAs('prometheus-text', bytes)).warnings.filter((text) => /^line \d+: /.test(text));
    } catch (error) {
      if (!isAppError(error)) throw error;
      complaints = [error.message];
    }
    if (test.shouldParse) {
      expect(complaints).toEqual([]);
      expect(chosenFormat(bytes)).toBe('prometheus-text');
    } else expect(complaints).not.toEqual([]);
  });

  it('covers good and bad', () => {
    expect(cases.filter(({ test }) => test.shouldParse).length).toBeGreaterThan(20);
  });
});
