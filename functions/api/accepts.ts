import type { Context } from 'hono';

/** An Accept of anything at all is what curl sends when nothing was said: JSON, except where a route says plain text. */
export function acceptsJson(c: Context, anything = true): boolean {
  const accept = c.req.header('accept') ?? '*/*';
  const types = accept.split(',').map((type) => type.split(';')[0]?.trim().toLowerCase());
  if (types.includes('application/json') || types.includes('application/*')) return true;
  return anything && types.includes('*/*') && !types.includes('text/plain');
}

export function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}
