import { createHash } from 'node:crypto';
import type { RecordKey } from '../platform/records/records.ts';

/** Where everything lies: one place for the layout of the table, of the buckets and of the site. */
export const INVESTIGATIONS = 'investigations';
export const investigationKey = (slug: string): RecordKey => ({ partition: INVESTIGATIONS, sort: slug });

export type Noun =
  | 'evidence'
  | 'finding'
  | 'judgement'
  | 'hypothesis'
  | 'experiment'
  | 'step'
  | 'update'
  | 'note'
  | 'event'
  | 'alert'
  | 'subscription'
  | 'mapping'
  | 'deploy';
/** Everything of one investigation is in one partition, so publish reads it with one query a noun. */
export const partitionOf = (slug: string): string => `investigation#${slug}`;
export const nounKey = (slug: string, noun: Noun, id: string): RecordKey => ({
  partition: partitionOf(slug),
  sort: `${noun}#${id}`,
});
export const tokenKey = (slug: string, id: string): RecordKey => ({ partition: 'tokens', sort: `${slug}#${id}` });
export const counterKey = (name: string, window: string): RecordKey => ({ partition: `counter#${name}`, sort: window });

/** In the evidence bucket. The raw key carries slug and id, so an event of object creation names its evidence. */
export const rawKey = (slug: string, id: string): string => `raw/${slug}/${id}`;
/** What a cluster pushed, in segments. No event tells of these: the door itself sends the job. */
export const pushPrefix = (slug: string, id: string): string => `push/${slug}/${id}/`;
export const openPushKey = (slug: string, tokenId: string): RecordKey => ({
  partition: 'pushes',
  sort: `${slug}#${tokenId}`,
});
/** What the pieces that grow hold: see `held-bytes.ts`. */
export const growingKey = (slug: string): RecordKey => ({ partition: 'growing', sort: slug });
export const analysisKey = (slug: string, id: string, etag: string, version: number, stamp = ''): string =>
  `analysis/${slug}/${id}/${etag.replace(/[^a-zA-Z0-9-]/g, '')}.v${String(version)}${stamp && `.m${stamp}`}.json`;
/** What pieces of one cluster's pushes say together: made of their analyses, and gone with any of them. */
export const joinedPrefix = (slug: string): string => `joined/${slug}/`;
export const joinedKey = (slug: string, cluster: string): string =>
  `${joinedPrefix(slug)}${createHash('sha256').update(cluster).digest('hex')}.json`;
export function parseRawKey(key: string): { slug: string; id: string } | undefined {
  const match = /^raw\/([a-z0-9-]+)\/([0-9a-z]{19})$/.exec(key);
  return match?.[1] && match[2] ? { slug: match[1], id: match[2] } : undefined;
}

/** On the site. */
export const siteKeys = {
  home: 'index.html',
  homeData: 'data.json',
  homeFeed: 'feed.xml',
  homePublished: 'published.json',
  analyse: 'analyse/index.html',
  /** What stands at an address where there is nothing. */
  missing: '404.html',
  receipt: 'receipt/index.html',
  desk: 'desk/index.html',
  signIn: 'sign-in/index.html',
  send: (slug: string) => `i/${slug}/send/index.html`,
  investigation: (slug: string) => `i/${slug}/index.html`,
  data: (slug: string) => `i/${slug}/data.json`,
  feed: (slug: string) => `i/${slug}/feed.xml`,
  /** One row of the home page. */
  summary: (slug: string) => `i/${slug}/summary.json`,
  /** What stands on the site for it, so that publish knows what to delete. */
  published: (slug: string) => `i/${slug}/published.json`,
  preview: (slug: string) => `i/${slug}/preview.png`,
  chart: (slug: string) => `i/${slug}/chart.svg`,
  /** Every sample of the main chart, in pieces. Content-addressed, as views are. */
  chartPiece: (slug: string, sha256: string) => `i/${slug}/chart/${sha256}.json`,
  /** Of whose page a file is; none of the case's own. */
  evidenceIdOf: (slug: string, key: string): string | undefined =>
    key.startsWith(`i/${slug}/evidence/`) ? key.split('/')[3] : undefined,
  evidence: (slug: string, id: string) => `i/${slug}/evidence/${id}/index.html`,
  analysis: (slug: string, id: string) => `i/${slug}/evidence/${id}/analysis.json`,
  /** Content-addressed: cached for ever. */
  view: (slug: string, id: string, sha256: string) => `i/${slug}/evidence/${id}/views/${sha256}.json`,
} as const;
