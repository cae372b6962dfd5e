import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { changeEvidence, refused } from '../../functions/hub/evidence-record.ts';
import { publishInvestigation } from '../../functions/hub/publish/publish.ts';
import { issueToken } from '../../functions/hub/tokens.ts';
import { unknownNames } from '../analysis/series/builders/unknown-names.ts';
import { MAINTAINER } from '../hub/test-hub.ts';
import { SLUG, startAppServer, type AppServer } from './app-server.ts';
import { faultsOfPage, launchBrowser, watchPage, whySkipped } from './app-site.ts';

if (whySkipped) console.warn(`test/e2e/desk-watch: skipped, ${whySkipped}`);

describe.skipIf(whySkipped)('what a maintainer names and watches, at the desk', () => {
  let app: AppServer;
  let browser: Browser;
  let page: Page;
  let token: string;
  let complaints: string[];
  beforeAll(async () => {
    app = await startAppServer();
    token = (await issueToken(app.hub.deps, SLUG, { label: 'pipeline', expiresInDays: 9 }, MAINTAINER)).secret;
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    complaints = watchPage(page);
    page.setDefaultTimeout(15_000);
    // The site of this server is its pages that act; the case is published for real, and read from where that lies.
    await page.route('**/data.json', async (route) => {
      await publishInvestigation(app.hub.deps, SLUG);
      await route.fulfill({ body: Buffer.from(await app.hub.deps.site.read(`i/${SLUG}/data.json`)) });
    });
    await page.goto(await app.signInUrl());
    await page.getByText(`Signed in as ${MAINTAINER.name}`).waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  const open = async (section: string): Promise<void> => {
    await page.goto('about:blank');
    await page.goto(`${app.url}/desk/#${SLUG}/${section}`);
    await page.locator('.desk-section h2').waitFor();
  };
  const records = async (noun: string) =>
    (await app.hub.deps.records.query(`investigation#${SLUG}`, `${noun}#`, { limit: 1000 })).records.map(
      ({ body }) => body,
    );
  const verdict = async (): Promise<unknown> => {
    await publishInvestigation(app.hub.deps, SLUG);
    const text = new TextDecoder().decode(await app.hub.deps.site.read(`i/${SLUG}/data.json`));
    return (JSON.parse(text) as { verdict: { state: string } }).verdict.state;
  };
  const states = async () => (await records('evidence')).map((body) => body['state']);

  test('an empty section says what would fill it', async () => {
    await open('series');
    await page.getByText('No evidence was read yet.').waitFor();
    await open('jobs');
    await page.getByText('No job failed for good.').waitFor();
    await open('followers');
    await page.getByText(/Nobody follows by webhook or mail yet/).waitFor();
    await open('deploys');
    await page.getByText(/None is recorded/).waitFor();
  });

  test('an alert is explained while it is written, checked at its field, and kept', async () => {
    await open('alerts');
    await page.getByText(/stays at 90 % of its limit or more for 10 minutes. Over when it stays below 85 %/).waitFor();
    await page.getByLabel('Name', { exact: false }).first().fill('It grows');
    await page.getByLabel('What it looks at').selectOption('slope');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText('This is needed.').waitFor();
    await page.getByLabel('MB an hour').fill('2');
    await page.getByLabel('Namespace').fill('shop');
    await page.getByText(/any container in the namespace “shop” leaks faster than 2\s?MB an hour/).waitFor();
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByRole('heading', { name: 'It grows' }).waitFor();
    expect(await records('alert')).toMatchObject([{ rule: { kind: 'slope', bytesPerHour: 2e6 }, namespace: 'shop' }]);
  });

  test('a series is named: its evidence is read again, and the verdict and the alert stand on it', async () => {
    const text = unknownNames({ hours: 72, growthPerHour: 4 });
    const path = `${app.url}/api/investigations/${SLUG}/evidence?name=own.json&size=${text.length}`;
    const headers = { authorization: `Bearer ${token}`, accept: 'text/plain' };
    const place = await fetch(path, { method: 'POST', headers });
    await fetch((await place.text()).trim(), { method: 'PUT', body: text });
    await expect.poll(states).toEqual(['analysed']);
    expect(await verdict()).toBe('undecided');
    await open('series');
    const item = page.locator('.series-item', { hasText: 'acme_worker_ram' });
    await item.getByText(/200.* → .*48\d in 72 h/).waitFor();
    await item.getByLabel('What is it?').selectOption('rss');
    expect(await item.getByLabel('In which unit?').inputValue()).toBe('MB');
    await item.getByText(/its last value is 48\d\s?MB/).waitFor();
    await item.getByRole('button', { name: 'Remember it acme_worker_ram' }).press('Enter');
    await page.getByRole('heading', { name: /^Mapped by hand/ }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('mapped-title');
    await expect.poll(states).toEqual(['analysed']);
    await expect.poll(verdict).toBe('leak');
    await open('alerts');
    await page.locator('.pill', { hasText: 'firing' }).waitFor();
    await page.getByText('shop/worker-1/worker').waitFor();
  });

  test('what was said is changed, and taken back', async () => {
    await open('series');
    await page.getByRole('button', { name: 'Change acme_worker_ram' }).click();
    await page
      .locator('.series-item', { hasText: 'acme_worker_ram' })
      .getByLabel('What is it?')
      .selectOption('js-heap');
    await page.getByRole('button', { name: 'Save acme_worker_ram' }).click();
    await page.getByText('JS heap, used, in MB').waitFor();
    await expect.poll(states).toEqual(['analysed']);
    await page.getByRole('button', { name: 'Remove acme_worker_ram' }).click();
    await page.getByRole('button', { name: 'Forget it' }).click();
    await page.getByRole('heading', { name: /^Mapped by hand/ }).waitFor({ state: 'detached' });
    await expect.poll(states).toEqual(['analysed']);
    await expect.poll(verdict).toBe('undecided');
    expect(
      (await records('event')).map(({ kind }) => String(kind)).filter((kind) => kind.startsWith('mapping/')),
    ).toEqual(['mapping/added', 'mapping/changed', 'mapping/removed']);
  });

  test('an alert that heard something meanwhile is edited without a conflict; then switched off, and deleted', async () => {
    await open('alerts');
    await page.getByRole('button', { name: 'Edit It grows' }).click();
    await page.getByLabel('Name', { exact: false }).first().fill('It grows fast');
    // An analysis wrote what the alert heard: its version moved, its setting did not.
    const [alert] = (await app.hub.deps.records.query(`investigation#${SLUG}`, 'alert#', { limit: 1 })).records;
    if (!alert) throw new Error('no alert');
    await app.hub.deps.records.put({ ...alert, body: { ...alert.body, heard: { x: Date.now() } } }, alert.version);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'It grows fast' }).waitFor();
    complaints.splice(0, complaints.length, ...complaints.filter((complaint) => !complaint.includes('409')));
    await page.getByRole('button', { name: 'Switch off It grows fast' }).click();
    await page.getByText('off', { exact: true }).waitFor();
    const rules = await page.getByRole('link', { name: 'Prometheus rules' }).getAttribute('href');
    expect(await (await fetch(`${app.url}${String(rules)}`)).text()).toContain('casebook-openfn-worker');
    await page.getByRole('button', { name: 'Delete It grows fast' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page
      .getByRole('heading', { name: 'Add an alert' })
      .or(page.getByRole('button', { name: 'Add an alert' }))
      .waitFor();
    await expect.poll(() => records('alert')).toEqual([]);
  });

  test('a deploy is recorded by hand and by the line that the page shows', async () => {
    await open('deploys');
    await page.getByLabel('The release').fill('2.13.3');
    expect(await page.getByLabel('Live since').inputValue()).not.toBe('');
    await page.getByRole('button', { name: 'Record it' }).click();
    await page.getByRole('heading', { name: '2.13.3' }).waitFor();
    const line = await page.locator('.command pre').innerText();
    const body = /-d '([^']+)'/.exec(line)?.[1] ?? '';
    const address = line.trim().split(' ').at(-1) ?? '';
    const answer = await fetch(address, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body.replace('2.13.3', '2.13.4'),
    });
    expect(answer.status).toBe(201);
    await open('deploys');
    await page.getByRole('heading', { name: '2.13.4' }).waitFor();
    await page.getByText('pipeline', { exact: true }).waitFor();
  });

  test('a webhook’s secret is shown once, a mail address waits for its owner, and both can be ended', async () => {
    await open('followers');
    await page.getByRole('button', { name: 'Add a webhook' }).click();
    await page.getByLabel('Address of the webhook').fill('not an address');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.locator('.fault').waitFor();
    await page.getByLabel('Address of the webhook').fill('https://hooks.example.org/x');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText(/It is shown this once/).waitFor();
    const secret = (await page.locator('.issued pre').innerText()).trim();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Add a mail address' }).click();
    await page.getByLabel('Mail address').fill('team@example.org');
    await page.getByRole('button', { name: 'Send the letter' }).click();
    await page.getByText('mail, not confirmed yet').waitFor();
    await page.getByRole('button', { name: 'End team@example.org' }).click();
    await page.getByRole('button', { name: 'End it' }).click();
    await page.getByText('mail, not confirmed yet').waitFor({ state: 'detached' });
    expect(await records('subscription')).toMatchObject([{ channel: 'webhook' }]);
  });

  test('a job that failed for good says why, and is tried again', async () => {
    const [piece] = await records('evidence');
    const failure = { message: 'RangeError: out of memory', atMs: Date.now() };
    await changeEvidence(app.hub.deps, SLUG, String(piece?.['id']), (current) =>
      refused({ ...current, attempts: 3, failure }, { code: 'failed', message: 'the analysis failed', looksLike: '' }),
    );
    await open('jobs');
    await page.getByText('RangeError: out of memory').waitFor();
    await page.getByText('the analysis failed 3 times').waitFor();
    await page.getByRole('button', { name: 'Try again own.json' }).click();
    await page.getByText('No job failed for good.').waitFor();
    await expect.poll(states).toEqual(['analysed']);
    await page.goto(`${app.url}/desk/#+jobs`);
    await page.getByRole('heading', { name: 'Failed jobs' }).waitFor();
    await page.getByText('No job failed for good.').waitFor();
  });

  test.each(['series', 'deploys', 'alerts', 'followers', 'jobs'])(
    'the section %s has no serious fault of accessibility and fits a phone',
    async (section) => {
      await page.setViewportSize({ width: 360, height: 740 });
      await open(section);
      if (section === 'series')
        await page.locator('.series-item').first().getByLabel('What is it?').selectOption('rss');
      expect(await faultsOfPage(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    },
  );

  test('nothing was complained about', () => {
    expect(complaints).toEqual([]);
  });
});
