import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { MAINTAINER } from '../hub/test-hub.ts';
import { changeWork } from '../../functions/hub/people-work.ts';
import { editEvidence } from '../../functions/hub/tend-evidence.ts';
import { editInvestigation, getInvestigation } from '../../functions/hub/open-investigation.ts';
import { SLUG, startAppServer, type AppServer } from './app-server.ts';
import { faultsOfPage, launchBrowser, watchPage, whySkipped } from './app-site.ts';

if (whySkipped) console.warn(`test/e2e/send-desk: skipped, ${whySkipped}`);

describe.skipIf(whySkipped)('the desk in a browser', () => {
  let app: AppServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    app = await startAppServer({ strangersAre: 'pending' });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    complaints = watchPage(page);
    // Machine findings are published by another part; what it publishes is given here.
    await page.route('**/data.json', (route) => route.fulfill({ json: { findings: [FOUND] } }));
    page.setDefaultTimeout(10_000);
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  const open = async (section: string): Promise<void> => {
    await page.goto(`${app.url}/desk/#${SLUG}/${section}`);
    await page.locator('.desk-section h2').waitFor();
  };
  const records = async (noun: string) =>
    (await app.hub.deps.records.query(`investigation#${SLUG}`, `${noun}#`, { limit: 1000 })).records.map(
      ({ body }) => body,
    );

  /** The browser reports a refused request by itself, however well the page takes it. */
  const forgetConflicts = (): void => {
    complaints.splice(0, complaints.length, ...complaints.filter((complaint) => !complaint.includes('409')));
  };

  test('without a session it offers to sign in, and shows nothing', async () => {
    await page.goto(`${app.url}/desk/#${SLUG}`);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByText(/printed when it started/).waitFor();
    await page.goto(await app.signInUrl());
    await page.getByText(`Signed in as ${MAINTAINER.name}`).waitFor();
  });

  test('opens an investigation; what is wrong is said at its field before anything is sent', async () => {
    await page.goto(`${app.url}/desk/#+new`);
    await page.getByLabel('Address name').fill('Not A Slug');
    await page.getByRole('button', { name: 'Open the investigation' }).click();
    await page.getByText(/a slug has 1 to 64 characters/).waitFor();
    expect(await page.getByLabel('Title').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('Title').fill('Compiler peaks');
    await page.getByLabel('Address name').fill('compiler');
    await page.getByLabel('Product').fill('OpenFn');
    await page.getByLabel('Affected versions').fill('1.13.3, 1.13.4');
    await page.getByRole('button', { name: 'Open the investigation' }).click();
    await page.getByRole('heading', { name: 'Compiler peaks' }).waitFor();
    expect(await getInvestigation(app.hub.deps, 'compiler')).toMatchObject({ versions: ['1.13.3', '1.13.4'] });
  });

  test('approves what a stranger sent, and opens the raw bytes only with a reason, which is recorded', async () => {
    const headers = { authorization: `Bearer ${app.publicToken}` };
    const place = await fetch(`${app.url}/api/investigations/${SLUG}/evidence?name=top.prom&size=5`, {
      method: 'POST',
      headers: { ...headers, accept: 'text/plain' },
    });
    await fetch((await place.text()).trim(), { method: 'PUT', body: 'up 1\n' });
    await expect.poll(async () => (await records('evidence'))[0]?.['state']).toBe('analysed');
    await open('inbox');
    // Meanwhile the record changes, as it does while evidence is analysed: the approval holds all the same.
    const [before] = await records('evidence');
    const id = String(before?.['id']);
    await editEvidence(
      app.hub.deps,
      SLUG,
      id,
      { version: Number(before?.['version']), context: { pod: 'p' } },
      MAINTAINER,
    );
    await page.getByRole('button', { name: 'Approve top.prom' }).click();
    await page.getByRole('button', { name: 'Approve top.prom' }).waitFor({ state: 'detached' });
    expect(await records('evidence')).toMatchObject([{ visibility: 'visible', context: { pod: 'p' } }]);
    forgetConflicts();
    await page.getByRole('button', { name: /^Open the raw file/ }).click();
    const get = page.getByRole('button', { name: 'Record it and get the link' });
    expect(await get.isDisabled()).toBe(true);
    await page.getByLabel('Why do you open it?').fill('to see the labels');
    await get.click();
    const link = await page.getByRole('link', { name: 'Download' }).getAttribute('href');
    expect(await (await fetch(String(link))).text()).toBe('up 1\n');
    await open('audit');
    await page.getByLabel('Find in the log').fill('raw/opened');
    await page.getByText(/to see the labels/).waitFor();
  });

  test('a step is added, and moved along by the keyboard alone', async () => {
    await open('steps');
    await page.getByRole('button', { name: 'Add a next step' }).click();
    await page.getByLabel('What to do next').fill('Soak for 48 h');
    await page.getByLabel('Owner').fill('mara');
    await page.getByRole('button', { name: 'Add it' }).click();
    const step = page.locator('.lane-card', { hasText: 'Soak for 48 h' });
    await step.focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('Soak for 48 h is now doing.').waitFor();
    await expect.poll(() => step.evaluate((card) => card === document.activeElement)).toBe(true);
    await page.keyboard.press('ArrowRight');
    await page.getByText('Soak for 48 h is now done.').waitFor();
    expect(await records('step')).toMatchObject([{ state: 'done', owner: 'mara' }]);
  });

  test('an update is previewed without running anything in it, and published', async () => {
    await open('updates');
    await page.getByLabel('Headline').fill('Reproduced');
    await page
      .getByRole('textbox', { name: 'The update' })
      .fill('It is **the engine**. <img src=x onerror="document.title=1"> [x](javascript:1)');
    await page.getByRole('button', { name: 'Preview' }).click();
    const preview = page.getByRole('region', { name: 'Preview' });
    await preview.locator('strong', { hasText: 'the engine' }).waitFor();
    expect(await preview.locator('img, a').count()).toBe(0);
    await page.getByRole('button', { name: 'Publish it' }).click();
    await page.getByRole('heading', { name: 'Reproduced' }).waitFor();
  });

  test('a conflict shows what changed and loses nothing of either', async () => {
    await open('updates');
    await page.getByRole('button', { name: 'Edit Reproduced' }).click();
    await page.getByLabel('Headline').fill('Reproduced on a laptop');
    const [update] = await records('update');
    const change = { version: Number(update?.['version']), body: 'Their words.' };
    await changeWork(app.hub.deps, SLUG, 'updates', String(update?.['id']), change, { ...MAINTAINER, name: 'Ola' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Somebody changed this while you were writing.').waitFor();
    await page.getByRole('cell', { name: 'Their words.' }).first().waitFor();
    await page.getByRole('button', { name: 'Take theirs where I wrote nothing' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Reproduced on a laptop' }).waitFor();
    expect(await records('update')).toMatchObject([{ title: 'Reproduced on a laptop', body: 'Their words.' }]);
    forgetConflicts();
  });

  test('the investigation is edited against the version that was read', async () => {
    await open('settings');
    await page.getByLabel('Status').selectOption('reproducing');
    const { version } = await getInvestigation(app.hub.deps, SLUG);
    await editInvestigation(app.hub.deps, SLUG, { version, labels: ['worker'] }, MAINTAINER);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Take theirs where I wrote nothing' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    expect(await getInvestigation(app.hub.deps, SLUG)).toMatchObject({ status: 'reproducing', labels: ['worker'] });
    forgetConflicts();
  });

  test('a draft of an edit comes back without what others changed since', async () => {
    await open('settings');
    await page.getByLabel('Product').fill('OpenFn Lightning');
    await expect.poll(() => page.evaluate(() => Object.keys(localStorage).join(' '))).toContain('settings');
    const { version } = await getInvestigation(app.hub.deps, SLUG);
    await editInvestigation(app.hub.deps, SLUG, { version, title: 'Another title' }, MAINTAINER);
    await page.reload();
    await page.getByText(/What you wrote here before/).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    expect(await getInvestigation(app.hub.deps, SLUG)).toMatchObject({
      product: 'OpenFn Lightning',
      title: 'Another title',
    });
  });

  test('a machine finding is refuted with a reason, and confirmed later', async () => {
    await open('findings');
    await page.getByRole('button', { name: /^Refute ?: / }).click();
    await page.getByLabel('What refutes it?').fill('The cache is bounded.');
    await page.getByRole('button', { name: 'Refute it' }).click();
    await page.getByText(`refuted by ${MAINTAINER.name}`).waitFor();
    await page.getByRole('button', { name: /^Confirm ?: / }).click();
    await page.getByRole('button', { name: 'Confirm it' }).click();
    await page.getByText(`confirmed by ${MAINTAINER.name}`).waitFor();
    expect(await records('judgement')).toMatchObject([{ judgement: 'confirmed', fingerprint: 'heap/suspect:Session' }]);
  });

  test('a token is shown once, works, and stops when it is revoked', async () => {
    await open('tokens');
    await page.getByRole('button', { name: 'Issue a token' }).click();
    await page.getByLabel('What is it for').fill('production');
    await page.getByRole('button', { name: 'Issue it' }).click();
    await page.getByText('It is shown this once.').waitFor();
    const secret = await page.locator('.issued pre').first().innerText();
    const send = () =>
      fetch(`${app.url}/api/investigations/${SLUG}/evidence?name=a&size=5`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret.trim()}` },
      });
    expect((await send()).status).toBe(201);
    await page.getByRole('button', { name: 'I have kept it' }).click();
    expect(await page.content()).not.toContain(secret.trim());
    await page.getByRole('button', { name: 'Revoke production' }).click();
    await page.getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('revoked', { exact: true }).waitFor();
    expect((await send()).status).toBe(401);
  });

  test.each(['inbox', 'steps', 'updates', 'findings', 'hypotheses', 'experiments', 'settings', 'tokens', 'audit'])(
    'the section %s has no serious fault of accessibility and fits a phone',
    async (section) => {
      await page.setViewportSize({ width: 360, height: 740 });
      await open(section);
      expect(await faultsOfPage(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    },
  );

  test('nothing was complained about', () => {
    expect(complaints).toEqual([]);
  });
});

const FOUND = {
  finding: {
    rule: 'heap/suspect',
    severity: 'critical',
    confidence: 0.9,
    title: '12,345 `Session` are held by `sessions` in `app.js`',
    evidence: {},
    advice: 'Remove them when they end.',
    limits: 'A bounded cache would look the same in one dump.',
    fingerprint: 'heap/suspect:Session',
  },
  evidenceIds: ['01h00000000000000aa'],
  reportedBySubmitter: false,
};
