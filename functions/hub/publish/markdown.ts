import { Marked } from 'marked';
import sanitizeHtml from 'sanitize-html';

/**
 * Markdown of strangers to HTML that can neither run nor restyle anything: marked renders, sanitize-html keeps an
 * allow-list. Done once, on the server. Images become links: a page loads nothing from elsewhere (its policy would
 * refuse it, and an image on somebody's server counts readers).
 */
const marked = new Marked({ gfm: true, breaks: false, async: false });

const OPTIONS: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'br', 'hr', 'blockquote', 'pre', 'code', 'em', 'strong', 'del', 's', 'sub', 'sup', 'kbd', 'samp'],
    ...[
      'ul',
      'ol',
      'li',
      'h3',
      'h4',
      'h5',
      'h6',
      'table',
      'thead',
      'tbody',
      'tr',
      'th',
      'td',
      'a',
      'details',
      'summary',
    ],
  ],
  allowedAttributes: { a: ['href', 'rel'], ol: ['start'], th: ['align'], td: ['align'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesAppliedToAttributes: ['href'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  // Deeper than people write; a parser's stack is finite.
  nestingLimit: 50,
  transformTags: {
    // The page has its own h1 and h2.
    h1: 'h3',
    h2: 'h4',
    a: (tagName, attributes) => ({ tagName, attribs: { ...attributes, rel: 'nofollow ugc noopener' } }),
    img: (_tagName, attributes) => {
      const href = attributes['src'] ?? '';
      const text = attributes['alt'] ?? '';
      return { tagName: 'a', attribs: { href, rel: 'nofollow ugc noopener' }, text: text === '' ? href : text };
    },
  },
};

/** `img` is allowed in as far as its transform, which makes it a link. */
const WITH_IMAGES = { ...OPTIONS, allowedTags: [...(OPTIONS.allowedTags || []), 'img'] };

export function renderMarkdown(markdown: string): string {
  if (markdown.trim() === '') return '';
  const html = marked.parse(flattened(markdown), { async: false });
  return sanitizeHtml(html, WITH_IMAGES).trim();
}

/** marked recurses on nested quotes and lists: lines that open more than 40 levels are cut to that. */
function flattened(markdown: string): string {
  return markdown.replace(/^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])){40}[ \t>*+-]*/gm, (start) => start.slice(0, 80));
}
