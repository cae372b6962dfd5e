import { Evidence } from '../model/evidence.ts';
import type { Deps } from './deps.ts';
import { changeEvidence } from './evidence-record.ts';
import { partitionOf } from './keys.ts';
import { getMapping, mappingKind, mappingStamp } from './mapping-record.ts';
import { sendJob } from './receive-object.ts';
import { changeStored, listStored } from './stored.ts';

/** So many at once; the rest stays due, and the sweep goes on. */
const MOST_AT_ONCE = 200;

/**
 * After the mapping of an investigation changed: its evidence with series is analysed again while the bytes are kept. What
 * waits already reads the new mapping when it begins; what is under way is told to come once more. Several changes in a row
 * make one job. Running twice changes nothing. Answers how many jobs it sent.
 */
export async function analyseRemapped(deps: Deps, slug: string): Promise<number> {
  const mapping = await getMapping(deps, slug);
  const stamp = mappingStamp(mapping);
  let sent = 0;
  for (const { id } of (await listStored(deps.records, partitionOf(slug), 'evidence#', Evidence)).filter(mayDiffer)) {
    if (sent >= MOST_AT_ONCE) return sent;
    const { record, changed } = await changeEvidence(deps, slug, id, (current) => {
      if (!mayDiffer(current)) return undefined;
      if (current.state === 'analysing') return current.remapped ? undefined : { next: { ...current, remapped: true } };
      if ((current.mappingStamp ?? '') === stamp) return undefined;
      return {
        next: { ...current, state: 'received', attempts: 0, progress: undefined, receivedAtMs: deps.now() },
        event: {
          kind: 'evidence/requeued',
          by: 'casebook',
          subjectId: id,
          text: 'To be analysed again: what its series are was mapped by hand',
          audience: 'maintainers',
        },
      };
    });
    if (!changed || record.state !== 'received') continue;
    await sendJob(deps, slug, id);
    sent++;
  }
  if (mapping.settled) return sent;
  await changeStored(deps, mappingKind(deps, slug), (current) =>
    // Changed since by somebody else, who sends the rest.
    current.version === mapping.version ? { next: { ...current, settled: true } } : undefined,
  );
  return sent;
}

/** A report is its submitter's word, a comparison reads heaps; of what was analysed before series were noted, the first fact tells. */
function mayDiffer(evidence: Evidence): boolean {
  const { kind, state, rawDeleted, hasSeries, mainFact } = evidence;
  if ((kind !== 'file' && kind !== 'push') || rawDeleted) return false;
  if (state === 'analysing') return true;
  return state === 'analysed' && (hasSeries ?? mainFact?.name === 'series');
}
