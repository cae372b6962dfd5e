import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { TextArea, type FieldProps } from './field.tsx';
import { LazyPreview } from './lazy-preview.tsx';

/** Markdown with a preview. The preview is made of elements, never of HTML: nothing in the text can run. */
export function MarkdownField(props: FieldProps & { readonly rows?: number }): VNode {
  const [isPreviewed, setPreviewed] = useState(false);
  return (
    <div class="markdown-field">
      <TextArea {...props} hint={props.hint ?? 'Markdown. Code in `backticks`, lists, links, tables.'} />
      <button
        type="button"
        class="button small plain"
        aria-expanded={isPreviewed}
        aria-controls={`${props.id}-preview`}
        onClick={() => setPreviewed(!isPreviewed)}
      >
        {isPreviewed ? 'Hide the preview' : 'Preview'}
      </button>
      <div id={`${props.id}-preview`} hidden={!isPreviewed} class="card prose" role="region" aria-label="Preview">
        {isPreviewed && <LazyPreview text={props.value} />}
      </div>
    </div>
  );
}
