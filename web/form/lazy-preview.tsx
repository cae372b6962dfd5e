import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';

type Preview = (text: string) => VNode;

/** Loads the markdown reader when the first preview is asked for: most visits never need it. */
export function LazyPreview({ text }: { readonly text: string }): VNode {
  const [preview, setPreview] = useState<{ readonly render: Preview }>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import('./markdown-elements.tsx').then(
      ({ markdownElements }) => setPreview({ render: markdownElements }),
      () => setFailed(true),
    );
  }, []);
  if (text.trim() === '') return <p class="quiet">Nothing written yet.</p>;
  if (failed) return <pre>{text}</pre>;
  return preview ? preview.render(text) : <p class="quiet">Loading the preview…</p>;
}
