import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { NewDeploy } from '../../functions/model/casework.ts';
import { Command } from '../parts/command.tsx';
import { Time } from '../parts/time.tsx';
import { DEPLOY } from './specs.ts';
import type { Desk } from './use-desk.ts';
import { WorkList } from './work-list.tsx';

/** Releases that went live: marks on the chart, and what the verdict names where growth begins with one. */
export function Deploys({ desk }: { readonly desk: Desk }): VNode {
  const [nowMs] = useState(() => Date.now());
  const items = desk.deploys.map((deploy) => ({ ...deploy, title: deploy.release }));
  return (
    <div class="stack">
      <p class="measure">
        Where growth begins or ends near a deploy, the verdict says so: “since the deploy of 2.13.3 at …”.
      </p>
      <WorkList
        desk={desk}
        noun="deploys"
        items={items.toSorted((a, b) => a.timeMs - b.timeMs)}
        specs={DEPLOY}
        schema={NewDeploy}
        initial={{ timeMs: nowMs }}
        add="Record a deploy"
        submit="Record it"
        more={({ timeMs, cluster, namespace, container }) => (
          <p class="meta">
            <span>
              live since <Time ms={timeMs} />
            </span>
            {[cluster, namespace, container].filter(Boolean).map((place) => (
              <span>{place}</span>
            ))}
          </p>
        )}
        empty="None is recorded. Which release went live, and when, is what tells a cause from a coincidence."
      />
      <section aria-labelledby="pipeline-title" class="stack-tight">
        <h3 id="pipeline-title">From a pipeline</h3>
        <p class="measure quiet">
          As its last step, with <a href={`#${desk.slug}/tokens`}>a token of its own</a>. The time is now; say another
          with <span class="mono">"at": "2026-03-04T12:00:00Z"</span>.
        </p>
        <Command text={deployLine(location.origin, desk.slug)} wrap />
      </section>
    </div>
  );
}

export function deployLine(publicUrl: string, slug: string): string {
  return `curl -fsS -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d '{"release":"2.13.3"}' ${publicUrl}/api/investigations/${slug}/deploys`;
}
