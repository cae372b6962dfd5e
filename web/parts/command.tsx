import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useHydrated } from './hydrated.ts';

/** A command with its copy button; without script one selects it. */
export function Command({ text, wrap = false }: { text: string; wrap?: boolean }): VNode {
  return (
    <div class={wrap ? 'command wrap' : 'command'}>
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} />
    </div>
  );
}

export function CopyButton({ text, name = 'Copy' }: { text: string; name?: string }): VNode | null {
  const hydrated = useHydrated();
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => setSaid(''), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  if (!hydrated) return null;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      // The clipboard needs a secure origin: the text stays selectable.
      setSaid('Select and copy');
    }
  };
  return (
    <button type="button" class="button small" onClick={() => void copy()}>
      <span aria-live="polite">{said === '' ? name : said}</span>
    </button>
  );
}
