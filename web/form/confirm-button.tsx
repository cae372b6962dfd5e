import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Asks in place before it does what cannot be undone. Escape, or leaving it alone, is a no. */
export function ConfirmButton({
  question,
  yes,
  onConfirm,
  children,
  small = true,
  disabled = false,
}: {
  readonly question: string;
  /** The word of the button that does it. */
  readonly yes: string;
  readonly onConfirm: () => void;
  readonly children: ComponentChildren;
  readonly small?: boolean;
  readonly disabled?: boolean;
}): VNode {
  const [asking, setAsking] = useState(false);
  const noButton = useRef<HTMLButtonElement>(null);
  const askButton = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  useEffect(() => {
    // The safe answer has the focus; afterwards it goes back to where it was.
    if (asking) noButton.current?.focus();
    else if (wasAsking.current) askButton.current?.focus();
    wasAsking.current = asking;
  }, [asking]);
  const size = small ? ' small' : '';
  if (!asking) {
    return (
      <button ref={askButton} type="button" class={`button${size}`} disabled={disabled} onClick={() => setAsking(true)}>
        {children}
      </button>
    );
  }
  return (
    <span
      class="row confirm"
      role="group"
      aria-label={question}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setAsking(false);
      }}
    >
      <span>{question}</span>
      <button
        type="button"
        class={`button danger${size}`}
        onClick={() => {
          setAsking(false);
          onConfirm();
        }}
      >
        {yes}
      </button>
      <button ref={noButton} type="button" class={`button${size}`} onClick={() => setAsking(false)}>
        Keep it
      </button>
    </span>
  );
}
