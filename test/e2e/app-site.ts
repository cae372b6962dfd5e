import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, resolve, sep } from 'node:path';
import type { ComponentType } from 'preact';
import { chromium, type Browser, type Page } from 'playwright-core';
import { renderDocument } from '../../web/document.tsx';
import { contentSecurityPolicy } from '../../web/security.ts';

/** The built site with documents rendered as publish renders them, under the real policy, for tests in a browser. */
const DIST = resolve(import.meta.dirname, '../../dist/web');

export const CHROMIUM = [process.env['CHROMIUM'], '/usr/bin/chromium'].find(
  (path) => path !== undefined && existsSync(path),
);
export const isBuilt = existsSync(join(DIST, 'manifest.json'));

/** Why the tests in a browser are skipped; undefined when they run. */
export const whySkipped: string | undefined = !CHROMIUM
  ? 'no Chromium: install it, or set CHROMIUM'
  : isBuilt
    ? undefined
    : 'dist/web is not built: npm run build';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  json: 'application/json',
  svg: 'image/svg+xml',
};

export interface Route {
  readonly page: string;
  readonly component: ComponentType<never>;
  readonly props: object;
}

/** Answers documents and built files; false when the path is neither. */
export async function answerSite(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Readonly<Record<string, Route>>,
): Promise<boolean> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const route = routes[path];
  if (route) {
    const html = await documentOf(route, path);
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': contentSecurityPolicy() });
    response.end(html);
    return true;
  }
  const file = resolve(DIST, `.${path}`);
  if (!file.startsWith(DIST + sep) || !existsSync(file)) return false;
  response.writeHead(200, { 'content-type': TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream' });
  response.end(await readFile(file));
  return true;
}

async function documentOf({ page, component, props }: Route, path: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(DIST, 'manifest.json'), 'utf8')) as Record<
    string,
    { file: string; css?: string[] }
  >;
  const client = manifest['client.tsx'];
  return renderDocument({
    page,
    // The props are those of the component: the table of routes says both side by side.
    component: component as ComponentType<object>,
    props,
    title: page,
    description: '',
    url: `http://127.0.0.1${path}`,
    assets: { script: `/${client?.file ?? ''}`, style: `/${client?.css?.[0] ?? ''}` },
  });
}

/** What the browser complains about: console errors, uncaught errors, breaches of the policy. */
export function watchPage(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

/** Serious and critical faults that axe-core finds, in words. */
export async function faultsOfPage(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the page's policy has no inline script, and does not see this.
  await page.evaluate(await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8'));
  return page.evaluate(async () => {
    // The script above put it there.
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}
