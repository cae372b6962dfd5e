import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { formatBytes } from '../draw/format.ts';
import { takeUnfinished, type Unfinished } from '../local/unfinished.ts';

/** After the browser ended the tab in the middle of an analysis: what happened, what was kept, what to do. */
export function TabEnded(): VNode | null {
  const [ended, setEnded] = useState<Unfinished>();
  useEffect(() => setEnded(takeUnfinished()), []);
  if (!ended) return null;
  return (
    <div class="notice warning" role="status">
      <p>
        <strong>
          The browser ended this page while it analysed <span class="mono">{ended.name}</span> (
          {formatBytes(ended.sizeBytes)}).
        </strong>{' '}
        It most likely ran out of memory. Nothing was sent by that, and the file is unchanged.
      </p>
      <p>
        Send the file itself, or make the report with the command line, which may use all the memory of the machine.
      </p>
    </div>
  );
}
