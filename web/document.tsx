import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** One published document: what every page shares. No inline script runs; the JSON block is data. */
export interface DocumentOptions {
  /** A name in `pages/registry.ts`. */
  readonly page: string;
  readonly props: object;
  readonly body: VNode;
  readonly title: string;
  readonly description: string;
  /** The canonical address. */
  readonly url: string;
  /** Absolute address of the link preview. */
  readonly image?: string;
  readonly feedUrl?: string;
  readonly assets: { readonly script: string; readonly style: string };
}

export function renderDocument(options: DocumentOptions): string {
  const { title, description, url, image, feedUrl, assets } = options;
  const head = renderToString(
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{title}</title>
      <meta name="description" content={description} />
      <link rel="canonical" href={url} />
      <meta property="og:type" content="article" />
      <meta property="og:site_name" content="Casebook" />
      <meta property="og:title" content={title} />
      <meta property="og:description" content={description} />
      <meta property="og:url" content={url} />
      {image && <meta property="og:image" content={image} />}
      <meta name="twitter:card" content={image ? 'summary_large_image' : 'summary'} />
      {feedUrl && <link rel="alternate" type="application/atom+xml" href={feedUrl} title="Atom feed" />}
      <link rel="stylesheet" href={assets.style} />
      <script type="module" src={assets.script} />
    </head>,
  );
  const data = JSON.stringify({ page: options.page, props: options.props }).replace(/</g, '\\u003c');
  return `<!doctype html><html lang="en">${head}<body><div id="page">${renderToString(options.body)}</div><script type="application/json" id="page-data">${data}</script></body></html>`;
}
