import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../functions/hub/publish/markdown.ts';
import { sharedPath } from '../../fixtures/shared.ts';

const TAGS =
  'p|br|hr|blockquote|pre|code|em|strong|del|s|sub|sup|kbd|samp|ul|ol|li|h3|h4|h5|h6|table|thead|tbody|tr|th|td|a|details|summary';
const ALLOWED = new RegExp(`</?(?:${TAGS})((?: (?:href|rel|start|align)="[^"<>]*")*) ?/?>`, 'g');

/** An own reading of what came out: nothing but allowed tags in one plain form, and links that lead to the web. */
function faultsOf(html: string): string[] {
  const faults: string[] = [];
  const rest = html.replace(ALLOWED, (tag, attributes: string) => {
    for (const [, href = ''] of attributes.matchAll(/ href="([^"]*)"/g)) {
      const target = href.replaceAll('&amp;', '&').replace(/[\u0000-\u0020]/g, '');
      if (/^[a-z][a-z0-9+.-]*:/i.test(target) && !/^(?:https?|mailto):/i.test(target)) faults.push(tag);
      if (target.startsWith('//')) faults.push(tag);
      if (/&(?!amp;|quot;|lt;|gt;)/.test(href)) faults.push(`an entity in ${tag}`);
    }
    return '';
  });
  if (rest.includes('<')) faults.push(rest.slice(rest.indexOf('<'), rest.indexOf('<') + 80));
  return faults;
}

describe('markdown of strangers', () => {
  test('what people write looks as they meant it', () => {
    const html = renderMarkdown(
      '# Head\n\nA **bold** `code` [link](https://example.org/a?b=1&c=2)\n\n- one\n- two\n\n| a | b |\n|---|--:|\n| 1 | 2 |',
    );
    expect(html).toContain('<h3>Head</h3>');
    expect(html).toContain('<strong>bold</strong> <code>code</code>');
    expect(html).toContain('href="https://example.org/a?b=1&amp;c=2" rel="nofollow ugc noopener"');
    expect(html).toContain('<td align="right">2</td>');
    expect(renderMarkdown('  \n')).toBe('');
  });

  test('an image becomes a link, so that nothing is loaded from elsewhere', () => {
    expect(renderMarkdown('![a chart](https://example.org/c.png)')).toBe(
      '<p><a href="https://example.org/c.png" rel="nofollow ugc noopener">a chart</a></p>',
    );
    expect(renderMarkdown('![x](javascript:alert(1))')).not.toContain('href');
  });

  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](data:text/html,<script>)',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<p style="position:fixed">x</p>',
    '<svg onload=alert(1)>',
    '<form action=//evil><button>',
    '[x](//evil.example)',
  ])('nothing of %s can run', (payload) => expect(faultsOf(renderMarkdown(payload))).toEqual([]));

  test('the check itself sees what must not be there', () => {
    for (const bad of [
      '<script>',
      '<img src="x">',
      '<p onclick="x">',
      '<a href="javascript:x">',
      '<a href="java&#115;cript:x">',
      '<p style="x">',
      '<a href="//x">',
    ]) {
      expect(faultsOf(bad), bad).not.toEqual([]);
    }
  });

  test('any text', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '`',
      '[',
      ']',
      '(',
      ')',
      '\n',
      '&',
      '#',
      ';',
      'a',
      'javascript:',
      '<a href=',
      '<img src=',
      'onerror=',
      '<script',
      '-->',
      '<!--',
      '\u0000',
      '|',
      '-',
      '*',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (text) => {
        expect(faultsOf(renderMarkdown(text.join('')))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('depth does not exhaust the stack, length is taken', () => {
    for (const deep of [
      '> '.repeat(20_000),
      '- '.repeat(20_000),
      '['.repeat(20_000),
      '*'.repeat(20_000),
      '<div>'.repeat(10_000),
      '`'.repeat(20_000),
    ]) {
      expect(faultsOf(renderMarkdown(`${deep}x`))).toEqual([]);
    }
  });
});

const payloads = sharedPath('fixtures', 'xss');
describe.skipIf(payloads === undefined)('published payload collections', () => {
  const read = (name: string): Buffer => readFileSync(sharedPath('fixtures', 'xss', name) ?? name);

  test('DOMPurify', () => {
    const list = JSON.parse(read('DOMPurify__payloads.open.json').toString()) as { payload: string }[];
    expect(list.length).toBeGreaterThan(100);
    for (const { payload } of list) expect(faultsOf(renderMarkdown(payload)), payload).toEqual([]);
  });

  test('payloadbox', () => {
    const list = gunzipSync(read('payloadbox__xss.open.txt.gz')).toString().split('\n').filter(Boolean);
    expect(list.length).toBeGreaterThan(4000);
    for (const payload of list) {
      expect(faultsOf(renderMarkdown(payload)), payload).toEqual([]);
      expect(faultsOf(renderMarkdown(`[x](${payload})`)), payload).toEqual([]);
    }
  });

  test.each(['marked__commonmark.0.31.2.json', 'marked__gfm.0.29.json'])('%s', (name) => {
    const list = JSON.parse(read(name).toString()) as { markdown: string }[];
    for (const { markdown } of list) expect(faultsOf(renderMarkdown(markdown)), markdown).toEqual([]);
  });
});
