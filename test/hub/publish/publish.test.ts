import { describe, expect, test } from 'vitest';
import { CaseDocument, CaseSummary } from '../../../functions/model/case.ts';
import { View } from '../../../functions/model/view.ts';
import { publishEverything, publishHome, publishInvestigation } from '../../../functions/hub/publish/publish.ts';
import { investigationKey, nounKey, siteKeys } from '../../../functions/hub/keys.ts';
import { openExample, SLUG } from '../../web/example-case.ts';
import { memoryHub, type MemoryHub } from '../../web/memory-hub.ts';

async function published(
  visibility: 'visible' | 'hidden' | 'pending' = 'hidden',
): Promise<{ hub: MemoryHub; ids: Map<string, string> }> {
  const hub = memoryHub();
  const ids = await openExample(hub, visibility);
  await publishEverything(hub.deps);
  expect(hub.errors).toEqual([]);
  return { hub, ids };
}

const everything = (hub: MemoryHub): string =>
  [...hub.site.held.keys()].map((key) => `${key}\n${hub.site.text(key)}`).join('\n');
const MARKERS = ['secret-hidden-dump', 'hidden-person', 'hidden-signature', 'hidden-note-text', 'hidden-step-text'];

async function hide(hub: MemoryHub, id: string): Promise<void> {
  const key = nounKey(SLUG, 'evidence', id);
  const record = await hub.records.get(key);
  await hub.records.put({ ...key, body: { ...record?.body, visibility: 'hidden' } });
}

describe('publishing an investigation', () => {
  test('writes every page, data.json, feed, chart and preview, and they are what they say', async () => {
    const { hub, ids } = await published();
    for (const key of [
      'index.html',
      'data.json',
      'feed.xml',
      'desk/index.html',
      'sign-in/index.html',
      'receipt/index.html',
      siteKeys.investigation(SLUG),
      siteKeys.send(SLUG),
      siteKeys.feed(SLUG),
      siteKeys.chart(SLUG),
      siteKeys.preview(SLUG),
      siteKeys.evidence(SLUG, ids.get('core.dump') ?? ''),
    ]) {
      expect(hub.site.held.has(key), key).toBe(true);
    }
    const data = CaseDocument.parse(JSON.parse(hub.site.text(siteKeys.data(SLUG))));
    expect(data.verdict.state).toBe('leak');
    expect(data.evidence).toHaveLength(6);
    // Two experiments and one update fall inside the measured time; the other update came after it.
    expect(data.chart?.marks.filter(({ kind }) => kind === 'experiment')).toHaveLength(2);
    expect(data.chart?.marks.filter(({ kind }) => kind === 'update')).toHaveLength(1);
    const home = JSON.parse(hub.site.text('data.json')) as { cases: unknown[] };
    expect(CaseSummary.parse(home.cases[0]).slug).toBe(SLUG);
    expect(hub.site.text('index.html')).toContain('Worker memory rises until the pod is killed');
    expect(hub.site.text(siteKeys.feed(SLUG))).toContain('Cause found, fix in test');
    expect(hub.site.text(siteKeys.chart(SLUG))).toMatch(/^<svg xmlns/);
  });

  test.each(['hidden', 'pending'] as const)(
    "nothing that is %s is in any file, nor maintainers' events, nor receipts",
    async (visibility) => {
      const { hub, ids } = await published(visibility);
      const text = everything(hub);
      for (const marker of [
        ...MARKERS,
        'hidden-audit-text',
        'a'.repeat(64),
        ids.get('secret-hidden-dump.hprof') ?? '?',
      ]) {
        expect(text, marker).not.toContain(marker);
      }
    },
  );

  test('and the same things do appear once they are visible', async () => {
    const { hub } = await published('visible');
    const text = everything(hub);
    for (const marker of MARKERS) expect(text, marker).toContain(marker);
    expect(text).not.toContain('hidden-audit-text');
  });

  test('what is hidden later goes, with its page, its analysis and its views', async () => {
    const { hub, ids } = await published('visible');
    const id = ids.get('secret-hidden-dump.hprof') ?? '';
    const below = (): string[] => [...hub.site.held.keys()].filter((key) => key.includes(id));
    expect(below().length).toBeGreaterThan(3);
    await hide(hub, id);
    await publishInvestigation(hub.deps, SLUG);
    expect(below()).toEqual([]);
    expect(everything(hub)).not.toContain('secret-hidden-dump');
  });

  test('publishing again writes nothing', async () => {
    const { hub } = await published();
    const before = hub.site.log.length;
    await publishEverything(hub.deps);
    expect(hub.site.log.slice(before)).toEqual([]);
  });

  test('a change rewrites what it touches and no more', async () => {
    const { hub, ids } = await published();
    const key = nounKey(SLUG, 'evidence', ids.get('worker-b.heapsnapshot') ?? '');
    const record = await hub.records.get(key);
    await hub.records.put({ ...key, body: { ...record?.body, progress: { step: 'Dominators', done: 0.8, atMs: 1 } } });
    const before = hub.site.log.length;
    await publishInvestigation(hub.deps, SLUG);
    const written = hub.site.log.slice(before).sort();
    expect(written).toEqual(
      [
        `put ${siteKeys.evidence(SLUG, ids.get('worker-b.heapsnapshot') ?? '')}`,
        `put ${siteKeys.data(SLUG)}`,
        `put ${siteKeys.investigation(SLUG)}`,
        `put ${siteKeys.published(SLUG)}`,
      ].sort(),
    );
  });

  test('pages follow what they link to, and data.json follows the pages', async () => {
    const { hub, ids } = await published();
    const at = (key: string): number => hub.site.log.lastIndexOf(`put ${key}`);
    const page = at(siteKeys.evidence(SLUG, ids.get('worker-6f9c.heapsnapshot') ?? ''));
    const view = hub.site.log.findIndex((line) => line.includes('/views/'));
    expect(view).toBeLessThan(page);
    expect(page).toBeLessThan(at(siteKeys.investigation(SLUG)));
    expect(at(siteKeys.investigation(SLUG))).toBeLessThan(at(siteKeys.data(SLUG)));
  });

  test('after a crash at any write, hiding still removes everything', async () => {
    const count = await published('visible').then(({ hub }) => hub.site.log.length);
    for (let crashAt = 0; crashAt < count; crashAt += 3) {
      const hub = memoryHub();
      const ids = await openExample(hub, 'visible');
      let writes = 0;
      hub.site.beforePut = () => {
        if (writes++ === crashAt) throw new Error('power cut');
      };
      await publishEverything(hub.deps).catch(() => undefined);
      hub.site.beforePut = () => undefined;
      await hide(hub, ids.get('secret-hidden-dump.hprof') ?? '');
      await publishEverything(hub.deps);
      expect(everything(hub), `crash at write ${crashAt}`).not.toContain('secret-hidden-dump');
    }
  });

  test('only files named by their content are cached for ever', async () => {
    const { hub } = await published();
    for (const [key, { options }] of hub.site.held) {
      if (key.includes('/views/')) expect(options.cacheControl).toBe('public, max-age=31536000, immutable');
      else if (!key.endsWith('published.json')) expect(options.cacheControl).toBe('public, max-age=0, must-revalidate');
      expect(options.contentType, key).toBeDefined();
    }
  });

  test('larger views are files of their own, whole and valid; the page holds their first rows', async () => {
    const { hub, ids } = await published();
    const id = ids.get('worker-6f9c.heapsnapshot') ?? '';
    const views = [...hub.site.held.keys()].filter((key) => key.startsWith(`i/${SLUG}/evidence/${id}/views/`));
    const kinds = views.map((key) => View.parse(JSON.parse(hub.site.text(key))).kind).sort();
    expect(kinds).toContain('table');
    const html = hub.site.text(siteKeys.evidence(SLUG, id));
    expect(html.length).toBeLessThan(600_000);
    expect(html).toContain('The first 100 of 3000 rows.');
    for (const key of views) expect(html).toContain(`/${key}`);
  });

  test('no page has inline script, style or handlers, and none breaks out of its data', async () => {
    const { hub } = await published('visible');
    for (const key of [...hub.site.held.keys()].filter((name) => name.endsWith('.html'))) {
      const html = hub.site.text(key);
      expect(
        html.match(/<script(?! type="module" src="\/)(?! type="application\/json" id="page-data">)/g),
        key,
      ).toBeNull();
      expect(html.match(/ style=| on[a-z]+="/g), key).toBeNull();
      expect(html.match(/<\/script>/g), key).toHaveLength(2);
      expect(html).not.toContain('alert(1)</');
    }
  });

  test('a report says that its submitter made it', async () => {
    const { hub, ids } = await published();
    expect(hub.site.text(siteKeys.evidence(SLUG, ids.get('report-from-laptop.json') ?? ''))).toContain(
      'Reported by the submitter.',
    );
    expect(hub.site.text(siteKeys.evidence(SLUG, ids.get('core.dump') ?? ''))).toContain('7f 45 4c 46');
  });

  test('a damaged record or analysis is reported and left out; the rest stands', async () => {
    const hub = memoryHub();
    const ids = await openExample(hub);
    await hub.records.put({ ...nounKey(SLUG, 'note', '0'.repeat(19)), body: { nonsense: true } });
    await hub.evidence.put(`analysis/${SLUG}/${ids.get('memory-week.json') ?? ''}/e.v1.json`, '{');
    await publishEverything(hub.deps);
    // The analysis twice: for the case, and for its page.
    expect(hub.errors).toHaveLength(3);
    expect(hub.site.text(siteKeys.investigation(SLUG))).toContain('Worker memory rises');
  });

  test('an investigation that is gone takes its pages along', async () => {
    const { hub } = await published();
    await hub.records.delete(investigationKey(SLUG));
    await publishInvestigation(hub.deps, SLUG);
    await publishHome(hub.deps);
    expect([...hub.site.held.keys()].filter((key) => key.startsWith('i/'))).toEqual([siteKeys.published(SLUG)]);
    expect(hub.site.text('index.html')).toContain('No investigation yet.');
  });

  test('a new script or style rewrites the pages', async () => {
    const { hub, ids } = await published();
    const next = { ...hub.deps, assets: { script: '/assets/new.js', style: '/assets/new.css' } };
    await publishEverything(next);
    expect(hub.site.text(siteKeys.evidence(SLUG, ids.get('core.dump') ?? ''))).toContain('/assets/new.js');
  });
});
