import type { ComponentChildren, VNode } from 'preact';
import { Said } from './said.tsx';

/** Every page: skip link, head, main, foot. */
export function Shell({
  crumbs = [],
  children,
}: {
  crumbs?: readonly { href: string; name: string }[];
  children: ComponentChildren;
}): VNode {
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="site-head">
        <a class="site-name" href="/">
          <Glyph />
          Casebook
        </a>
        <nav class="site-nav" aria-label="Site">
          <a href="/">Investigations</a>
          <a href="/analyse/">Analyse</a>
          <a href="/desk/">Maintainers</a>
        </nav>
      </header>
      <main id="main" class="page" tabIndex={-1}>
        {crumbs.length > 0 && (
          <nav aria-label="Where you are">
            <ol class="crumbs">
              {crumbs.map((crumb) => (
                <li>
                  <a href={crumb.href}>
                    <Said text={crumb.name} />
                  </a>
                </li>
              ))}
            </ol>
          </nav>
        )}
        {children}
      </main>
      <footer class="site-foot">
        <p>
          Casebook: memory-leak investigations in the open. Raw evidence is private to the maintainers and expires; what
          stands here is what was found in it. <a href="/api/">API</a>
        </p>
      </footer>
    </>
  );
}

/** A sawtooth whose floor rises: what every reader here has seen. */
function Glyph(): VNode {
  return (
    <svg width="22" height="18" viewBox="0 0 22 18" aria-hidden="true">
      <path
        d="M1 16 6 9v4l6-8v4l8-8"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linejoin="round"
        stroke-linecap="round"
      />
    </svg>
  );
}
