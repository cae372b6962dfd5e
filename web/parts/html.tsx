import type { VNode } from 'preact';

/** Markdown that the server rendered and sanitised (`hub/publish/markdown.ts`): the only place where HTML is not escaped. */
export function Html({ html }: { html: string }): VNode | null {
  return html === '' ? null : <div class="prose" dangerouslySetInnerHTML={{ __html: html }} />;
}
