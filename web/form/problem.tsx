import type { ComponentChildren, VNode } from 'preact';
import type { AppError } from '../../functions/model/error.ts';

/** What happened, what was kept, what to do. Said aloud once, by its role. */
export function Problem({
  title,
  error,
  kept,
  children,
}: {
  readonly title: string;
  readonly error: AppError;
  /** What is safe in spite of it. */
  readonly kept?: string | undefined;
  /** Buttons. */
  readonly children?: ComponentChildren;
}): VNode {
  return (
    <div class="notice error stack-tight" role="alert">
      <p>
        <strong>{title}</strong> {error.message}
      </p>
      {kept !== undefined && <p>{kept}</p>}
      {children !== undefined && <div class="row">{children}</div>}
    </div>
  );
}
