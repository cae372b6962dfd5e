import type { z } from 'zod';
import type { Route } from './define-route.ts';
import { schemaOf, WHO_TEXT } from './openapi.ts';

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);

/** The API as one page to read: no script, the site's own style. */
export function referencePage(routes: readonly Route[], publicUrl: string, style: string): string {
  const nouns = [...new Set(routes.map(({ noun }) => noun))];
  const contents = nouns.map((noun) => `<li><a href="#${noun}">${noun}</a></li>`).join('');
  const sections = nouns
    .map((noun) =>
      sectionOf(
        noun,
        routes.filter((route) => route.noun === noun),
      ),
    )
    .join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>API · Casebook</title><link rel="stylesheet" href="${escape(style)}"></head><body><main class="prose"><p><a href="/">Casebook</a></p><h1>API</h1><p>JSON over HTTP at <code>${escape(publicUrl)}</code>. Every error is <code>{"error": {"code", "message", "data"}}</code>, or plain text for a client that does not accept JSON; a message says what was wrong and what to do. The same as a document for programs: <a href="/api/openapi.json">openapi.json</a>. For files of any size and for directories there is a script: <a href="/api/submit.sh">submit.sh</a>.</p><nav><ul>${contents}</ul></nav>${sections}</main></body></html>`;
}

function sectionOf(noun: string, routes: readonly Route[]): string {
  return `<section id="${noun}"><h2>${noun}</h2>${routes.map(routeOf).join('')}</section>`;
}

function routeOf(route: Route): string {
  const lines = [
    `<h3><code>${route.method.toUpperCase()} ${escape(route.path)}</code></h3>`,
    `<p>${escape(route.summary)}.${route.detail ? ` ${escape(route.detail)}` : ''}</p>`,
    `<p>Who: ${escape(WHO_TEXT[route.who])}. Answers ${route.status ?? (route.answer ? 200 : 302)}${route.answerText ? `: ${escape(route.answerText)}` : ''}.</p>`,
    fieldsOf('Query', route.query, 'output'),
    fieldsOf('Body', route.body, 'input'),
    fieldsOf('Answer', route.answer, 'output'),
  ];
  return `<article>${lines.join('')}</article>`;
}

function fieldsOf(title: string, schema: z.ZodType | undefined, io: 'input' | 'output'): string {
  if (!schema) return '';
  const json = JSON.stringify(schemaOf(schema, io), null, 2);
  return `<details><summary>${title}</summary><pre><code>${escape(json)}</code></pre></details>`;
}
