import fc from 'fast-check';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { PublicEvidence } from '../../functions/model/evidence.ts';
import { NewInvestigation, InvestigationPatch } from '../../functions/model/investigation.ts';
import {
  NewDeploy,
  NewExperiment,
  NewHypothesis,
  NewPersonFinding,
  NewStep,
  NewUpdate,
} from '../../functions/model/casework.ts';
import { comparableFiles } from '../../web/desk/comparable.ts';
import { NewAlert, type AlertRule } from '../../functions/model/alert.ts';
import { alertSentence } from '../../web/desk/alert-words.ts';
import { Compare } from '../../web/desk/compare.tsx';
import { cronJob } from '../../web/desk/cron-job.ts';
import { deployLine } from '../../web/desk/deploys.tsx';
import {
  askedFields,
  changedFields,
  conflictsOf,
  mergeDraft,
  readFields,
  showFields,
} from '../../web/desk/field-spec.ts';
import { faultsOf } from '../../web/desk/record-form.tsx';
import { addressOf, readRoute } from '../../web/desk/route.ts';
import { likelyUnit } from '../../web/desk/mapping-words.ts';
import {
  ALERT,
  DEPLOY,
  EDIT_INVESTIGATION,
  EXPERIMENT,
  FINDING,
  HYPOTHESIS,
  NEW_INVESTIGATION,
  STEP,
  UPDATE,
} from '../../web/desk/specs.ts';
import type { Desk } from '../../web/desk/use-desk.ts';
import { readDraft, writeDraft, written } from '../../web/form/draft.ts';
import { markdownElements } from '../../web/form/markdown-elements.tsx';
import { DeskPage } from '../../web/pages/desk.tsx';
import { ReceiptPage } from '../../web/pages/receipt.tsx';
import { SendPage } from '../../web/pages/send.tsx';
import { SignInPage } from '../../web/pages/sign-in.tsx';
import { memoryStorage } from './memory-storage.ts';

const INVESTIGATION = NewInvestigation.parse({
  slug: 'leak',
  title: 'A leak',
  product: 'OpenFn',
  versions: ['1', '2'],
  environment: { platform: 'GKE' },
});

describe('forms', () => {
  test.each([
    ['investigation', NEW_INVESTIGATION, NewInvestigation, INVESTIGATION],
    [
      'finding',
      FINDING,
      NewPersonFinding,
      NewPersonFinding.parse({ title: 'x', evidenceIds: ['01h00000000000000aa'] }),
    ],
    ['hypothesis', HYPOTHESIS, NewHypothesis, NewHypothesis.parse({ title: 'x' })],
    [
      'experiment',
      EXPERIMENT,
      NewExperiment,
      NewExperiment.parse({ title: 'x', variable: 'y', startedAtMs: Date.UTC(2026, 0, 2) }),
    ],
    ['step', STEP, NewStep, NewStep.parse({ title: 'x', dueAtMs: Date.UTC(2026, 0, 2) })],
    ['deploy', DEPLOY, NewDeploy, NewDeploy.parse({ release: '2', timeMs: Date.UTC(2026, 0, 2, 3, 4) })],
    ['update', UPDATE, NewUpdate, NewUpdate.parse({ title: 'x', body: 'y\n\nz' })],
  ])(
    'a %s shown and read back is the same, and every field that the schema asks for is in the form',
    (_, specs, schema, record) => {
      const fields = readFields(specs, showFields(specs, record));
      expect(faultsOf(schema, fields)).toEqual({});
      expect(changedFields(record, fields)).toEqual({});
      const asked = Object.keys(faultsOf(schema, {}));
      expect(specs.map(({ name }) => name)).toEqual(expect.arrayContaining(asked));
    },
  );

  test.each([
    { kind: 'working-set', percentOfLimit: 85, forMinutes: 30 },
    { kind: 'slope', bytesPerHour: 1_500_000 },
    { kind: 'time-to-limit', hours: 24 },
    { kind: 'oom-kill' },
    { kind: 'restart' },
  ] satisfies AlertRule[])('an alert on $kind asks its own fields alone, and reads back as it was', (rule) => {
    const alert = NewAlert.parse({ title: 'x', rule, namespace: 'shop' });
    const draft = showFields(ALERT, alert);
    const asked = askedFields(ALERT, draft);
    expect(asked.map(({ name }) => name).filter((name) => name.startsWith('rule.'))).toEqual(
      Object.keys(rule).map((name) => `rule.${name}`),
    );
    const fields = readFields(asked, draft);
    expect(faultsOf(NewAlert, fields)).toEqual({});
    expect(changedFields(alert, fields)).toEqual({});
    expect(faultsOf(NewAlert, readFields(asked, { 'rule.kind': rule.kind }))).toMatchObject({
      title: 'This is needed.',
    });
  });

  test('a number that is wrong is told from one that is missing', () => {
    const faults = (percent: string) =>
      faultsOf(NewAlert, readFields(ALERT, { title: 'x', 'rule.kind': 'working-set', 'rule.percentOfLimit': percent }));
    expect(faults('')['rule.percentOfLimit']).toBe('This is needed.');
    expect(faults('120')['rule.percentOfLimit']).toMatch(/100/);
  });

  test('only what changed is sent', () => {
    const draft = {
      ...showFields(EDIT_INVESTIGATION, { ...INVESTIGATION, status: 'open' }),
      versions: '1, 3',
      'environment.limits': '2 GiB',
    };
    const changed = changedFields({ ...INVESTIGATION, status: 'open' }, readFields(EDIT_INVESTIGATION, draft));
    expect(changed).toEqual({
      versions: ['1', '3'],
      environment: { platform: 'GKE', kubernetesVersion: '', limits: '2 GiB' },
    });
    expect(faultsOf(InvestigationPatch, { ...changed, version: 1 })).toEqual({});
  });

  test('a conflict names what differs; the merge keeps what was written and takes the rest', () => {
    fc.assert(
      fc.property(
        fc.record({ title: fc.string(), body: fc.string() }),
        fc.record({ title: fc.string(), body: fc.string() }),
        fc.record({ title: fc.string(), body: fc.string() }),
        (base, current, mine) => {
          const draft = showFields(UPDATE, mine);
          const merged = mergeDraft(UPDATE, base, current, draft);
          for (const name of ['title', 'body'] as const) {
            expect(merged[name]).toBe(mine[name] === base[name] ? current[name] : mine[name]);
          }
          const differing = (['title', 'body'] as const).filter((name) => base[name] !== current[name]).length;
          expect(conflictsOf(UPDATE, base, current, draft)).toHaveLength(differing);
        },
      ),
    );
  });
});

test('the address of a place leads there', () => {
  expect(readRoute(addressOf('leak', 'tokens'))).toEqual({ at: 'desk', slug: 'leak', section: 'tokens' });
  expect(readRoute('#leak/nonsense')).toEqual({ at: 'desk', slug: 'leak', section: 'inbox' });
  expect(readRoute('#+new')).toEqual({ at: 'new' });
  for (const none of ['', '#', '#../x', '#UPPER', '#main']) expect(readRoute(none)).toEqual({ at: 'list' });
});

test('drafts survive, and what is not one is passed over', () => {
  const storage = memoryStorage({ 'casebook.draft.bad': '{"a":1}', 'casebook.draft.worse': '[' });
  writeDraft('new', { title: 'x', body: '' }, storage);
  expect(readDraft('new', storage)).toEqual({ title: 'x', body: '' });
  writeDraft('new', {}, storage);
  expect(readDraft('new', storage)).toBeUndefined();
  expect(readDraft('bad', storage)).toBeUndefined();
  expect(readDraft('worse', storage)).toBeUndefined();
});

test('a draft holds what was written and not what was only read', () => {
  const read = { title: 'as it was', body: 'as it was' };
  expect(written({ title: 'mine', body: 'as it was' }, read)).toEqual({ title: 'mine' });
  expect(written({ title: '', body: 'as it was' }, read)).toEqual({ title: '' }); // emptied on purpose
});

describe('the preview of markdown', () => {
  const shown = (text: string): string => renderToString(markdownElements(text));
  test('shows what the published page will', () => {
    expect(shown('# A\n\n- **b** `<c> &lt;`\n\n| x |\n|---|\n| 1 |')).toContain(
      '<strong>b</strong> <code>&lt;c> &amp;lt;</code>',
    );
    expect(shown('a &lt; b &amp; c')).toBe('<p>a &lt; b &amp; c</p>');
  });
  test('runs nothing and loads nothing', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '<script>',
            '<img src=x onerror=1>',
            '[a](javascript:1)',
            '![p](http://x/y)',
            '**',
            '`',
            '\n\n',
            '> ',
            '- ',
            '<',
            '&#106;',
            '[a](data:x)',
            'text',
            '|',
            '[b]: javascript:1\n',
            '[b]',
          ),
        ),
        (pieces) => {
          const html = shown(pieces.join(''));
          expect(html).not.toMatch(/<(?:script|img|iframe|style)/i);
          expect(html).not.toMatch(/href="(?!https?:|mailto:)/i);
          expect(html).not.toMatch(/<[^>]*\son\w+=/i);
        },
      ),
    );
  });
  test('deep nesting ends', () => {
    expect(shown('> '.repeat(500) + 'x').length).toBeLessThan(5000);
  });
});

describe('comparing', () => {
  const file = (id: string, more: object): PublicEvidence =>
    PublicEvidence.parse({
      id: id.replace(/[ilou]/g, 'x').padEnd(19, '0'),
      slug: 'leak',
      name: `${id}.heapsnapshot`,
      sizeBytes: 1000,
      kind: 'file',
      state: 'analysed',
      visibility: 'visible',
      submittedBy: 'stranger',
      submittedAtMs: 1000,
      format: 'v8-heapsnapshot',
      version: 1,
      ...more,
    });
  const names = (evidence: PublicEvidence[], formats = ['v8-heapsnapshot', 'hprof']): string[] =>
    comparableFiles(evidence, formats).map(({ name }) => name.replace('.heapsnapshot', ''));

  test('offers files that are kept, two of a format, oldest first', () => {
    const evidence = [
      file('late', { submittedAtMs: 3000 }),
      file('early', { submittedAtMs: 5000, context: { capturedAtMs: 2000 } }),
      file('gone', { rawDeleted: true }),
      file('report', { kind: 'report' }),
      file('busy', { state: 'analysing' }),
      file('alone', { format: 'hprof' }),
      file('one', { format: 'prometheus-json' }),
      file('two', { format: 'prometheus-json' }),
    ];
    expect(names(evidence)).toEqual(['early', 'late']);
    expect(names(evidence.slice(1))).toEqual([]);
    expect(names(evidence, [])).toEqual([]);
  });

  test('shows the form only when there is something to compare', () => {
    const desk = { slug: 'leak', evidence: [file('a', {}), file('b', {})], comparableFormats: ['v8-heapsnapshot'] };
    // The parts of a desk that the form reads.
    const html = renderToString(<Compare desk={desk as unknown as Desk} />);
    expect(html.match(/type="checkbox"/g)).toHaveLength(2);
    expect(html).toMatch(/<button type="submit"[^>]*disabled/);
    const none = { ...desk, comparableFormats: [] } as unknown as Desk;
    expect(renderToString(<Compare desk={none} />)).toBe('');
  });
});

test('the CronJob carries the token once, in its secret, and the address of the investigation', () => {
  const yaml = cronJob({ publicUrl: 'https://casebook.example.org', slug: 'leak', token: 'cbt_secret' });
  expect(yaml.split('cbt_secret')).toHaveLength(2);
  expect(yaml).toContain('https://casebook.example.org/api/investigations/leak/evidence');
});

describe('published shells', () => {
  const send = {
    slug: 'leak',
    title: 'A leak <b>',
    publicToken: 'cbt_x',
    publicUrl: 'https://h',
    limits: { fileBytes: 20e9, reportBytes: 5e7 },
  };
  test.each([
    ['send', <SendPage {...send} />],
    ['closed send', <SendPage {...send} publicToken={undefined} />],
    ['receipt', <ReceiptPage />],
    ['desk', <DeskPage />],
    ['sign-in', <SignInPage />],
  ])('%s is rendered without a browser, without inline style or script', (_, page) => {
    const html = renderToString(page);
    expect(html).toContain('<h1');
    expect(html).not.toMatch(/\sstyle=|<script|\son[a-z]+=/);
  });
  test('the form without script shows the line that needs none', () => {
    expect(renderToString(<SendPage {...send} />)).toContain('Authorization: Bearer cbt_x');
    expect(renderToString(<SendPage {...send} publicToken={undefined} />)).not.toContain('Bearer');
  });
});

describe('the words of an alert', () => {
  const sentence = (rule: AlertRule, place: object = {}) =>
    alertSentence(NewAlert.parse({ title: 'x', rule, ...place }));
  test('say when it fires and when it is over', () => {
    expect(sentence({ kind: 'working-set', percentOfLimit: 90, forMinutes: 0 })).toBe(
      'Fires when the working set of any container is at 90 % of its limit or more. Over below 85 %.',
    );
    expect(sentence({ kind: 'working-set', percentOfLimit: 80, forMinutes: 120 }, { container: 'web' })).toContain(
      'the container “web” stays at 80 % of its limit or more for 2 hours',
    );
    expect(sentence({ kind: 'time-to-limit', hours: 24 }, { namespace: 'shop' })).toContain(
      'any container in the namespace “shop” leaks and will be at its memory limit in less than 24 h. Over when more than 30 h are left.',
    );
  });
});

describe('the unit of a series without a known name', () => {
  test.each([
    ['a_b', 'bytes', 5, 'bytes'],
    ['heap_mib', '', 300, 'MiB'],
    ['used.KB', '', 300, 'kB'],
    ['ram', 'GB', 2, 'GB'],
    ['ram', '', 3e8, 'bytes'],
    ['ram', '', 3e5, 'KiB'],
    ['ram', '', 300, 'MB'],
  ] as const)('%s in “%s”, last %d: most likely %s', (metric, unit, last, likely) => {
    expect(likelyUnit({ metric, unit, last })).toBe(likely);
  });
});

test('the line that records a deploy names the investigation', () => {
  expect(deployLine('https://x.org', 'leak')).toMatch(
    /-d '\{"release":"2\.13\.3"\}' https:\/\/x\.org\/api\/investigations\/leak\/deploys$/,
  );
});
