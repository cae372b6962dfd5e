import { Feed } from 'feed';
import type { CaseDocument, CaseSummary } from '../../model/case.ts';
import { plainly } from '../../../web/parts/said.tsx';

const MOST_ENTRIES = 60;

/** An Atom feed of one investigation: its verdict when it changes, the maintainers' updates, and what happened. */
export function caseFeed(data: CaseDocument, publicUrl: string): string {
  const { slug, title } = data.investigation;
  const page = `${publicUrl}/i/${slug}/`;
  const feed = new Feed({
    id: page,
    title: printable(title),
    link: page,
    description: printable(plainly(data.verdict.sentence)),
    updated: new Date(data.updatedAtMs),
    feedLinks: { atom: `${page}feed.xml` },
    generator: 'Casebook',
  });
  const entries = [
    ...data.updates.map((update) => ({
      id: `${page}#update-${update.id}`,
      title: update.title,
      atMs: update.atMs,
      by: update.by,
      content: update.html,
    })),
    ...data.timeline.map((event) => ({
      id: `${page}#event-${event.id}`,
      title: event.text === '' ? event.kind : event.text,
      atMs: event.atMs,
      by: event.by,
      content: undefined,
    })),
  ];
  for (const entry of entries.sort((a, b) => b.atMs - a.atMs).slice(0, MOST_ENTRIES)) {
    feed.addItem({
      id: entry.id,
      link: entry.id,
      title: printable(entry.title),
      date: new Date(entry.atMs),
      author: [{ name: printable(entry.by) }],
      ...(entry.content === undefined ? {} : { content: printable(entry.content) }),
    });
  }
  return feed.atom1();
}

/** All investigations: one entry each, new again when it was updated. */
export function homeFeed(cases: readonly CaseSummary[], publicUrl: string): string {
  const feed = new Feed({
    id: `${publicUrl}/`,
    title: 'Casebook: memory-leak investigations',
    link: `${publicUrl}/`,
    updated: new Date(Math.max(0, ...cases.map((one) => one.updatedAtMs))),
    feedLinks: { atom: `${publicUrl}/feed.xml` },
    generator: 'Casebook',
  });
  for (const one of cases.slice(0, MOST_ENTRIES)) {
    feed.addItem({
      id: `${publicUrl}/i/${one.slug}/`,
      link: `${publicUrl}/i/${one.slug}/`,
      title: printable(one.title),
      date: new Date(one.updatedAtMs),
      description: printable(plainly(one.verdict.sentence)),
    });
  }
  return feed.atom1();
}

/** XML 1.0 has no place for control characters, escaped or not: a stranger's would break every reader's feed. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '');
}
