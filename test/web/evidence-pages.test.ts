import { describe, expect, test } from 'vitest';
import type { Finding } from '../../functions/model/analysis.ts';
import { Event } from '../../functions/model/casework.ts';
import { Evidence, PublicEvidence } from '../../functions/model/evidence.ts';
import type { TableView } from '../../functions/model/view.ts';
import { sparklineOf } from '../../functions/analysis/series/sparkline.ts';
import { pictureOf } from '../../web/parts/finding-number.ts';
import { headlineOf, verdictOf } from '../../web/pages/evidence/headline.tsx';
import { momentsOf } from '../../web/pages/investigation/timeline.tsx';
import { cellOf, columnWidths, emptyColumns, numericColumns, sortedAs } from '../../web/views/table/rows.ts';

const finding = (part: Partial<Finding>): Finding => ({
  rule: 'heap/suspect',
  severity: 'warning',
  confidence: 0.9,
  title: 'a',
  evidence: {},
  advice: '',
  fingerprint: 'f',
  ...part,
});

describe('the headline of a piece of evidence', () => {
  test('of metrics is the verdict on the whole, with its state', () => {
    const whole = finding({
      rule: 'metrics/verdict',
      title: 'Leak. JS heap of `a` grows 2.1 MB/h',
      evidence: { scope: 'case', verdict: 'leak' },
    });
    const one = finding({ rule: 'metrics/verdict', title: 'one of them', evidence: { verdict: 'leak' } });
    expect(headlineOf([one, whole])).toBe('Leak. JS heap of `a` grows 2.1 MB/h.');
    expect(verdictOf([one, whole])).toBe('leak');
    expect(verdictOf([one])).toBeUndefined();
  });

  test('of a dump counts suspects beyond notes, and claims nothing where no rule did', () => {
    const suspect = (name: string, bytes: number): Finding =>
      finding({ evidence: { class: name, retainedBytes: bytes } });
    expect(headlineOf([suspect('A', 6.2e6), suspect('B`s', 1e6)])).toBe(
      "2 leak suspects: `A` (6.2\u202fMB) and `B's` (1\u202fMB).",
    );
    expect(headlineOf([finding({ severity: 'note' })])).toBe('No leak suspect beyond a note.');
    expect(headlineOf([finding({ rule: 'heap/duplicate-strings' })])).toBe('');
    expect(headlineOf([])).toBe('');
  });

  test('of a comparison says by how much, and its path counts what its bytes are of', () => {
    const growth = finding({
      rule: 'heap/growth',
      evidence: {
        class: 'A',
        instances: [10, 20, 30],
        instancesDelta: 20,
        retainedBytes: [1e6, 2e6, 3e6],
        retainedBytesDelta: 2e6,
        path: [
          { name: 'globalThis', via: '' },
          { name: 'A', via: '[…]' },
        ],
      },
    });
    expect(headlineOf([growth])).toBe('1 class grows: `A` (+2\u202fMB).');
    const picture = pictureOf(growth);
    expect(picture.number).toBe('+2\u202fMB in 20 more objects');
    expect(picture).toMatchObject({ heldBytes: 3e6 });
    expect(picture.path?.at(-1)).toMatchObject({ role: 'leaf', count: 30 });
  });
});

describe('a table', () => {
  const view: TableView = {
    kind: 'table',
    name: 'series',
    columns: [{ name: 'metric' }, { name: 'unit' }, { name: 'limit', unit: 'bytes' }, { name: 'last' }],
    rows: [
      ['rss', 'bytes', null, 2e6],
      ['a'.repeat(200), '', null, 7],
    ],
  };

  test('leaves out columns that say nothing, and says values in the unit of their series', () => {
    expect(emptyColumns(view)).toEqual([false, false, true, false]);
    expect(emptyColumns({ ...view, rows: [] })).toEqual([false, false, false, false]);
    expect([cellOf(view, 0, 3), cellOf(view, 1, 3)]).toEqual(['2\u202fMB', '7']);
    const slopes: TableView = { ...view, columns: [{ name: 'slope', unit: 'bytes/h' }], rows: [[2.1e6]] };
    expect(cellOf(slopes, 0, 0)).toBe('2.1\u202fMB/h');
  });

  test('gives its longest name room, however many columns there are', () => {
    const names = ['namespace', 'pod', 'metric'].map((name) => ({ name }));
    const numbers = Array.from({ length: 9 }, (_, i) => ({ name: `value ${i}`, unit: 'bytes/h' }));
    const wide: TableView = {
      kind: 'table',
      name: 'wide',
      columns: [...names, ...numbers],
      rows: [['default', 'p'.repeat(50), 'm'.repeat(30), ...numbers.map(() => 123456)]],
    };
    const widths = columnWidths(wide, numericColumns(wide), emptyColumns(wide));
    expect(widths[1]).toBe(260);
    expect(widths[0]).toBeGreaterThan(80);
  });

  test('knows by what its rows arrived sorted', () => {
    const rows = (values: (number | null)[]): TableView => ({
      ...view,
      rows: values.map((value) => ['', '', value, 0]),
    });
    expect(sortedAs(rows([3, 2, 2, null]), 2)).toEqual({ column: 2, down: true });
    expect(sortedAs(rows([1, 2]), 2)).toBeUndefined();
    expect(sortedAs(rows([1, 2]), undefined)).toBeUndefined();
  });
});

test('the shape of a series keeps its ends and its height', () => {
  const rising = sparklineOf(Array.from({ length: 1000 }, (_, i) => i))
    .split(' ')
    .map(Number);
  expect(rising).toHaveLength(32);
  expect([rising[0], rising.at(-1)]).toEqual([0, 99]);
  expect(sparklineOf([0, 0, 0])).toBe('');
  expect(sparklineOf([5])).toBe('');
});

test('the timeline tells each piece of evidence once, by its newest event and its sender', () => {
  const one = PublicEvidence.parse(
    Evidence.parse({
      id: '1'.repeat(19),
      slug: 's',
      name: 'big.heapsnapshot',
      sizeBytes: 18_813_543,
      kind: 'file',
      state: 'analysed',
      findingCount: 5,
      visibility: 'visible',
      submittedBy: 'Mara',
      submittedAtMs: 1,
      receiptHash: 'f'.repeat(64),
      version: 1,
    }),
  );
  const event = (id: number, kind: string, subjectId = one.id): Event =>
    Event.parse({
      id: String(id).repeat(19),
      slug: 's',
      atMs: id,
      kind,
      by: 'casebook',
      subjectId,
      text: 'of 18813543 bytes',
    });
  const moments = momentsOf({
    investigation: { slug: 's' },
    evidence: [one],
    timeline: [
      event(1, 'evidence/received'),
      event(2, 'evidence/analysed'),
      event(3, 'evidence/analysed'),
      event(4, 'deploy/recorded', '9'.repeat(19)),
    ],
  });
  expect(moments).toMatchObject([
    { atMs: 4, kind: 'deploy', from: 'work' },
    { atMs: 3, by: 'Mara', from: 'arrival', text: '5 findings', link: { name: 'big.heapsnapshot' } },
  ]);
});
