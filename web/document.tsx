import { type ComponentType, h } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** One published document: what every page shares. No inline script runs; the JSON block is data. */
export interface DocumentOptions<P extends object> {
  /** The name in `pages/registry.ts` under which the browser finds the same component. */
  readonly page: string;
  readonly component: ComponentType<P>;
  readonly props: P;
  readonly title: string;
  readonly description: string;
  /** The canonical address. */
  readonly url: string;
  /** Absolute address of the link preview. */
  readonly image?: string;
  readonly feedUrl?: string;
  readonly assets: { readonly script: string; readonly style: string };
}

/** A file of its own would be one more request for each reader. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 22"><path d="M1 18 6 11v4l6-8v4l8-8" fill="none" stroke="#3b82c4" stroke-width="2.4" stroke-linejoin="round" stroke-linecap="round"/></svg>',
)}`;

export function renderDocument<P extends object>(options: DocumentOptions<P>): string {
  const { title, description, url, image, feedUrl, assets } = options;
  const head = renderToString(
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{title}</title>
      <meta name="description" content={description} />
      <link rel="canonical" href={url} />
      <link rel="icon" href={ICON} />
      <meta property="og:type" content="article" />
      <meta property="og:site_name" content="Casebook" />
      <meta property="og:title" content={title} />
      <meta property="og:description" content={description} />
      <meta property="og:url" content={url} />
      {image && <meta property="og:image" content={image} />}
      {image && <meta property="og:image:width" content="1200" />}
      {image && <meta property="og:image:height" content="630" />}
      <meta name="twitter:card" content={image ? 'summary_large_image' : 'summary'} />
      {feedUrl && <link rel="alternate" type="application/atom+xml" href={feedUrl} title="Atom feed" />}
      <link rel="stylesheet" href={assets.style} />
      <script type="module" src={assets.script} />
    </head>,
  );
  const body = renderToString(h(options.component, options.props));
  // `<` alone could end the block or begin a comment.
  const data = JSON.stringify({ page: options.page, props: options.props }).replace(/</g, '\\u003c');
  return `<!doctype html><html lang="en">${head}<body><div id="page">${body}</div><script type="application/json" id="page-data">${data}</script></body></html>`;
}
