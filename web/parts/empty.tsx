import type { ComponentChildren, VNode } from 'preact';

/** Nothing here yet: says what would bring the first. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }): VNode {
  return (
    <div class="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  );
}
