import { describe, expect, it } from 'vitest';
import { caseVerdict } from '../../../functions/analysis/casework/case-verdict.ts';
import type { AnalysedEvidence } from '../../../functions/analysis/casework/fold-case.ts';
import { whatIsMissing } from '../../../functions/analysis/casework/what-is-missing.ts';
import { Investigation } from '../../../functions/model/investigation.ts';
import { unknownSeries } from '../../../functions/analysis/casework/unknown-series.ts';
import { analyse } from '../../../functions/analysis/run.ts';
import { UnknownSeries } from '../../../functions/model/case.ts';
import { SeriesMapping } from '../../../functions/model/mapping.ts';
import { Evidence } from '../../../functions/model/evidence.ts';
import { sourceOf, testRun } from '../test-run.ts';
import { unknownNames } from '../series/builders/unknown-names.ts';

const RAM = SeriesMapping.parse({ metric: 'acme_worker_ram', role: 'rss', unit: 'MB' });

async function piece(id: string, text: string): Promise<AnalysedEvidence> {
  const record = Evidence.parse({
    id: id.padStart(19, '0'),
    slug: 'x',
    name: 'x.json',
    sizeBytes: 1,
    kind: 'file',
    state: 'analysed',
    visibility: 'visible',
    submittedBy: 'a',
    submittedAtMs: 1_760_000_000_000,
    receiptHash: 'f'.repeat(64),
    version: 1,
  });
  return { record, analysis: await analyse(sourceOf(text), 'x.json', testRun()) };
}

describe('the series that no list names', () => {
  it('are one entry a name, with where they are and what they look like', async () => {
    const evidence = [
      await piece('1', unknownNames({ hours: 10, growthPerHour: 3 })),
      await piece('2', unknownNames({ hours: 30, growthPerHour: 3 })),
    ];
    const found = unknownSeries(evidence, []);
    for (const one of found) UnknownSeries.parse(one);
    const ram = found.find(({ metric }) => metric === 'acme_worker_ram');
    expect(ram).toMatchObject({
      reading: 'unknown',
      seriesCount: 2,
      evidenceIds: evidence.map(({ record }) => record.id),
    });
    expect(ram?.hours).toBe(30);
    expect(ram?.last).toBeGreaterThan(280);
    expect(ram?.spark.length).toBe(32);
    expect(found.map(({ metric }) => metric)).toContain('acme_room_celsius');
  });

  it('leave out what is known, and pieces of histograms; what looks like memory comes first', async () => {
    const text = [
      'container_memory_rss{pod="a",container="a"} 123456789',
      'http_seconds_bucket{le="1"} 3',
      'build_info{version="1"} 1',
      'zzz_queue 90000',
      'acme_heap_kib{part="young"} 1000',
      'acme_heap_kib{part="old"} 2000',
    ];
    const scrape = text.map((line) => `${line} 1760000000000\n${line} 1760000060000`).join('\n');
    const [first, ...rest] = unknownSeries([await piece('1', `${scrape}\n`)], []);
    expect(first).toMatchObject({ metric: 'acme_heap_kib', labels: [{ value: 'old' }, { value: 'young' }] });
    expect(rest.map(({ metric }) => metric)).not.toContain('http_seconds_bucket');
    expect(rest.map(({ metric }) => metric)).not.toContain('build_info');
  });

  it('are called mapped once somebody said what they are', async () => {
    const [first] = unknownSeries([await piece('1', unknownNames({ hours: 9, growthPerHour: 3 }))], [RAM]);
    expect(first).toMatchObject({ metric: 'acme_worker_ram', reading: 'mapped' });
  });

  it('are asked for while nothing else decides', async () => {
    const evidence = [await piece('1', unknownNames({ hours: 9, growthPerHour: 3 }))];
    const investigation = Investigation.parse({
      ...{ slug: 'x', title: 'x', product: 'x', status: 'open', openedBy: 'a', version: 1 },
      ...{ openedAtMs: 1, updatedAtMs: 1 },
    });
    const asked = (mapping: SeriesMapping[]) =>
      whatIsMissing(investigation, evidence, unknownSeries(evidence, mapping)).map(({ what }) => what);
    expect(asked([])[0]).toBe('What “acme_worker_ram” is');
    expect(asked([RAM]).join()).not.toContain('acme');
  });

  it('are in the verdict of the case, also where the bytes are gone and the analysis is older than the word', async () => {
    const evidence = [await piece('1', unknownNames({ hours: 72, growthPerHour: 4 }))];
    expect(caseVerdict(evidence, new Map()).state).toBe('undecided');
    expect(caseVerdict(evidence, new Map(), { mapping: [RAM], deploys: [] })).toMatchObject({ state: 'leak' });
  });
});
