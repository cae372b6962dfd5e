import { Alert, type NewAlert } from '../model/alert.ts';
import { AppError } from '../model/error.ts';
import { newId } from '../model/id.ts';
import type { Person } from '../model/person.ts';
import type { Deps } from './deps.ts';
import { alertKind } from './evaluate-alerts.ts';
import { partitionOf } from './keys.ts';
import { recordEvent } from './record-event.ts';
import { getInvestigation } from './open-investigation.ts';
import { changeStored, getStored, listStored, requireVersion, writeStored } from './stored.ts';

/** Each is evaluated with every analysis. */
const MOST_ALERTS = 50;

export function listAlerts(deps: Deps, slug: string): Promise<Alert[]> {
  return listStored(deps.records, partitionOf(slug), 'alert#', Alert);
}

export async function createAlert(deps: Deps, slug: string, input: NewAlert, person: Person): Promise<Alert> {
  await getInvestigation(deps, slug);
  if ((await listAlerts(deps, slug)).length >= MOST_ALERTS) {
    throw new AppError('too-large', `an investigation has at most ${MOST_ALERTS} alerts: delete one first`, {
      data: { limit: 'alerts', value: MOST_ALERTS },
    });
  }
  const atMs = deps.now();
  const id = newId(atMs, deps.random(10));
  const own = { id, slug, by: person.name, atMs, state: 'ok' as const, firing: [], heard: {}, version: 0 };
  const event = { kind: 'alert/added', by: person.name, subjectId: id, text: `Alert "${input.title}" added` };
  const decision = { next: { ...input, ...own }, event: { ...event, audience: 'maintainers' as const } };
  return writeStored(deps, alertKind(slug, id), decision, 0);
}

/** A changed rule or scope forgets what the old one said; a disabled alert does not fire. */
export async function changeAlert(
  deps: Deps,
  slug: string,
  id: string,
  patch: Partial<NewAlert> & { version: number },
  person: Person,
): Promise<Alert> {
  const { record } = await changeStored(deps, alertKind(slug, id), (current) => {
    requireVersion(current, patch.version, 'this alert');
    const next = { ...current, ...patch };
    const scopeOf = ({ rule, namespace, container, enabled }: Alert): string =>
      JSON.stringify([rule, namespace, container, enabled]);
    const anew = scopeOf(next) === scopeOf(current) ? {} : { state: 'ok' as const, firing: [], heard: {} };
    const event = { kind: 'alert/changed', by: person.name, subjectId: id, text: `Alert "${next.title}" changed` };
    return { next: { ...next, ...anew }, event: { ...event, audience: 'maintainers' } };
  });
  return record;
}

export async function deleteAlert(deps: Deps, slug: string, id: string, person: Person): Promise<void> {
  const { key, schema, what } = alertKind(slug, id);
  const { version, title } = await getStored(deps.records, key, schema, what);
  await deps.records.delete(key, version);
  const event = { kind: 'alert/deleted', by: person.name, subjectId: id, text: `Alert "${title}" deleted` };
  await recordEvent(deps, slug, { ...event, audience: 'maintainers' });
}
