import type { ComponentChildren, VNode } from 'preact';

export interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly count?: number;
  /** A link or a word at the right of the heading. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A named part of a page; its heading is a link to itself. */
export function Section({ id, title, count, aside, children }: SectionProps): VNode {
  return (
    <section class="section" id={id} aria-labelledby={`${id}-title`}>
      <div class="section-head">
        <h2 id={`${id}-title`}>
          <a class="self" href={`#${id}`}>
            {title}
            {count !== undefined && count > 0 && <span class="count"> {count}</span>}
          </a>
        </h2>
        {aside !== undefined && <span class="aside">{aside}</span>}
      </div>
      {children}
    </section>
  );
}
