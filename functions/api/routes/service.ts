import { z } from 'zod';
import { SUBMIT_SCRIPT } from '../../hub/submit-script.ts';
import { defineRoute, type Route } from '../define-route.ts';
import { openApiDocument } from '../openapi.ts';
import { referencePage } from '../reference-page.ts';

const noun = 'service';

/** About the API itself. `routes` is called when asked: it holds these too. */
export function serviceRoutes(routes: () => readonly Route[]): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/health',
      noun,
      summary: 'Is it up',
      who: 'anyone',
      answer: z.object({ ok: z.literal(true), version: z.string() }),
      handle: ({ host }) => Promise.resolve({ ok: true as const, version: host.version }),
    }),
    defineRoute({
      method: 'get',
      path: '/api/openapi.json',
      noun,
      summary: 'This API as an OpenAPI 3.1 document',
      who: 'anyone',
      answer: z.record(z.string(), z.unknown()),
      handle: ({ deps, host }) => Promise.resolve(openApiDocument(routes(), deps.config.publicUrl, host.version)),
    }),
    defineRoute({
      method: 'get',
      path: '/api/',
      noun,
      summary: 'This API as a page to read',
      who: 'anyone',
      answerText: 'HTML',
      handle: ({ deps, c }) =>
        Promise.resolve(c.html(referencePage(routes(), deps.config.publicUrl, deps.assets.style))),
    }),
    defineRoute({
      method: 'get',
      path: '/api/submit.sh',
      noun,
      summary: 'A POSIX sh script that submits files of any size, and directories',
      who: 'anyone',
      answerText: 'A shell script',
      handle: ({ c }) =>
        Promise.resolve(c.text(SUBMIT_SCRIPT, 200, { 'content-type': 'text/x-shellscript; charset=utf-8' })),
    }),
  ];
}
