import { evaluateAlert } from '../analysis/casework/alerts.ts';
import { Alert } from '../model/alert.ts';
import type { Analysis } from '../model/analysis.ts';
import type { SeriesMapping } from '../model/mapping.ts';
import type { Deps } from './deps.ts';
import { nounKey, partitionOf } from './keys.ts';
import type { EventDraft } from './record-event.ts';
import { changeStored, listStored, type StoredKind } from './stored.ts';

export const alertKind = (slug: string, id: string): StoredKind<typeof Alert> => ({
  key: nounKey(slug, 'alert', id),
  slug,
  schema: Alert,
  what: `alert ${id} in ${slug}`,
});

/**
 * After an analysis was stored. An alert that begins or ceases to fire is one event on the timeline, which notify sends on; while
 * it fires, another container that joins is in the record alone. Running twice changes nothing.
 */
export async function evaluateAlerts(
  deps: Deps,
  slug: string,
  analysis: Analysis,
  mapping: readonly SeriesMapping[] = [],
): Promise<void> {
  for (const { id, enabled } of await listStored(deps.records, partitionOf(slug), 'alert#', Alert)) {
    if (!enabled) continue;
    await changeStored(deps, alertKind(slug, id), (current) => {
      const { state, firing, heard } = evaluateAlert(current, analysis, mapping);
      const same =
        JSON.stringify([firing, heard]) === JSON.stringify([current.firing, current.heard]) && state === current.state;
      if (same) return undefined;
      const moved = state !== current.state;
      const next: Alert = { ...current, state, firing, heard, ...(moved && { changedAtMs: deps.now() }) };
      return moved ? { next, event: alertEvent(next, current) } : { next };
    });
  }
}

function alertEvent(next: Alert, before: Alert): EventDraft {
  const fires = next.state === 'firing';
  const [first] = fires ? next.firing : before.firing;
  const more = fires && next.firing.length > 1 ? ` and ${next.firing.length - 1} more` : '';
  const what = `${first?.subject ?? ''}${more}`;
  return {
    kind: fires ? 'alert/firing' : 'alert/recovered',
    by: 'casebook',
    subjectId: next.id,
    text: fires ? `Alert "${next.title}": ${what}: ${first?.detail ?? ''}` : `Alert "${next.title}" is over: ${what}`,
  };
}
