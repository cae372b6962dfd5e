/** `/desk/` lists; `/desk/#<slug>` and `/desk/#<slug>/<section>` are one investigation's desk. */
export const SECTIONS = [
  ['inbox', 'Inbox'],
  ['steps', 'Next steps'],
  ['updates', 'Updates'],
  ['findings', 'Findings'],
  ['hypotheses', 'Hypotheses'],
  ['experiments', 'Experiments'],
  ['series', 'Series names'],
  ['deploys', 'Deploys'],
  ['alerts', 'Alerts'],
  ['followers', 'Followers'],
  ['settings', 'Investigation'],
  ['tokens', 'Tokens'],
  ['jobs', 'Failed jobs'],
  ['audit', 'Audit log'],
] as const;

export type SectionName = (typeof SECTIONS)[number][0];

export type Route =
  | { readonly at: 'list' }
  | { readonly at: 'new' }
  | { readonly at: 'jobs' }
  | { readonly at: 'desk'; readonly slug: string; readonly section: SectionName };

export function readRoute(fragment: string): Route {
  const [slug = '', wanted] = fragment.replace(/^#/, '').split('/', 2);
  if (slug === '+new') return { at: 'new' };
  if (slug === '+jobs') return { at: 'jobs' };
  if (!/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(slug) || slug === 'main') return { at: 'list' };
  const section = SECTIONS.find(([name]) => name === wanted)?.[0] ?? 'inbox';
  return { at: 'desk', slug, section };
}

export const addressOf = (slug: string, section?: SectionName): string =>
  section === undefined ? `#${slug}` : `#${slug}/${section}`;
