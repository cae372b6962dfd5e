import type { VNode } from 'preact';
import { Command } from '../../parts/command.tsx';
import { Empty } from '../../parts/empty.tsx';

/** Nothing here yet: how the first investigation is opened, by a page or by a command. */
export function FirstInvestigation({ publicUrl }: { publicUrl: string }): VNode {
  const cookie = publicUrl.startsWith('https:') ? '__Host-casebook' : 'casebook';
  const open = [
    `curl -fsS "${publicUrl}/api/investigations" \\`,
    `  -b "${cookie}=$SESSION" -H 'content-type: application/json' \\`,
    `  -d '{"slug": "worker-memory", "title": "Memory of the worker rises until it is killed", "product": "my-app"}'`,
  ].join('\n');
  return (
    <div class="section">
      <Empty title="No investigation yet.">
        <p>
          An investigation is one suspicion about one product. A maintainer opens it: <a href="/desk/">sign in</a> (on
          one machine, with the link that the server printed as it started), or with a session's cookie:
        </p>
        <Command text={open} />
        <p>
          It then has a page with the one line that sends evidence to it. Without any investigation,{' '}
          <a href="/analyse/">files are analysed in this browser</a> and stay on this machine.
        </p>
        <p>
          To see what one looks like, with a worked example: <code>npm run demo</code>.
        </p>
      </Empty>
    </div>
  );
}
