import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Said } from '../../parts/said.tsx';
import { nameOf, type ShownView } from './shown.ts';

export interface ChartStackProps {
  readonly views: readonly ShownView[];
  readonly titleOf: (shown: ShownView) => string;
  /** The name of the one that the address points at. */
  readonly chosen: string | undefined;
  readonly show: (shown: ShownView) => VNode;
}

/** Charts of one kind below each other: they share the cursor and the time. Each is loaded when it comes near. */
export function ChartStack({ views, titleOf, chosen, show }: ChartStackProps): VNode {
  return (
    <div class="chart-stack">
      {views.map((shown) => {
        const { name } = nameOf(shown);
        return (
          <Near key={name} id={`chart-${name}`} chosen={name === chosen && shown !== views[0]}>
            <h3 class="view-title">
              <Said text={titleOf(shown)} />
            </h3>
            {show(shown)}
          </Near>
        );
      })}
    </div>
  );
}

function Near(props: { id: string; chosen: boolean; children: [VNode, ComponentChildren] }): VNode {
  const { id, chosen, children } = props;
  const [near, setNear] = useState(false);
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!place.current || near) return;
    const watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && setNear(true), {
      rootMargin: '300px',
    });
    watch.observe(place.current);
    return () => watch.disconnect();
  }, [near]);
  useEffect(() => {
    if (chosen) place.current?.scrollIntoView();
  }, [chosen]);
  const [title, chart] = children;
  return (
    <section id={id} ref={place} class={chosen ? 'chosen' : undefined}>
      {title}
      {near ? chart : <div class="chart-awaited" />}
    </section>
  );
}
