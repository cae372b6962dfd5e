import { createHash } from 'node:crypto';
import { withoutDirectionMarks } from '../../model/text.ts';

/** One object of the published site. */
export interface SiteFile {
  readonly key: string;
  readonly body: string | Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** Named by its content: cached for ever. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Asked for again each time, answered by 304: what is hidden must be gone at once. */
const REVALIDATED = 'public, max-age=0, must-revalidate';

export const htmlFile = (key: string, body: string): SiteFile => ({
  key,
  // What an analysis or a comment says may hold them; no page does.
  body: withoutDirectionMarks(body),
  contentType: 'text/html; charset=utf-8',
  cacheControl: REVALIDATED,
});
export const jsonFile = (key: string, value: unknown): SiteFile => ({
  key,
  body: JSON.stringify(value),
  contentType: 'application/json',
  cacheControl: REVALIDATED,
});
export const otherFile = (key: string, contentType: string, body: string | Uint8Array): SiteFile => ({
  key,
  body,
  contentType,
  cacheControl: REVALIDATED,
});
export const immutableJson = (key: string, body: string): SiteFile => ({
  key,
  body,
  contentType: 'application/json',
  cacheControl: IMMUTABLE,
});

export function sha256(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}
