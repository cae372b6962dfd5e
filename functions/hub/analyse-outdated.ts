import { Evidence } from '../model/evidence.ts';
import type { Deps } from './deps.ts';
import { END_OF_TIME_MS, forEachDue, isEvidence } from './due.ts';
import { changeEvidence } from './evidence-record.ts';
import { sendJob } from './receive-object.ts';
import { parseStored } from './stored.ts';

/** Refusals that a newer analyser may not repeat. */
const MAY_BE_READ_NOW: ReadonlySet<string> = new Set(['unrecognised', 'unsupported', 'corrupt']);

const SEEN = { partition: 'analysers', sort: 'seen' };

/**
 * After an update: whatever was analysed by an older version, or refused and perhaps readable now, is analysed again while
 * its bytes are kept. `versions` is format -> version of the analysers that are here. Answers how many jobs it sent: none for
 * analysers that were here before, which a record remembers.
 */
export async function analyseOutdated(deps: Deps, versions: ReadonlyMap<string, number>): Promise<number> {
  const here = [...versions].map(([format, version]) => `${format}.${version}`).sort();
  const seen = await deps.records.get(SEEN);
  if (JSON.stringify(seen?.body['analysers']) === JSON.stringify(here)) return 0;
  let sent = 0;
  await forEachDue(deps.records, END_OF_TIME_MS, async (record) => {
    if (!isEvidence(record)) return;
    const { slug, id } = parseStored(Evidence, record);
    const { changed } = await changeEvidence(deps, slug, id, (current) =>
      isOutdated(current, versions)
        ? {
            next: { ...current, state: 'received', attempts: 0, refusal: undefined, receivedAtMs: deps.now() },
            event: {
              kind: 'evidence/requeued',
              by: 'casebook',
              subjectId: id,
              text: 'To be analysed again: there are newer analysers',
              audience: 'maintainers',
            },
          }
        : undefined,
    );
    if (!changed) return;
    await sendJob(deps, slug, id);
    sent++;
  });
  // Last, so that a crash repeats the rest; a conflict means that somebody else was here too.
  await deps.records.put({ ...SEEN, body: { analysers: here } }, seen?.version ?? 0);
  return sent;
}

function isOutdated(evidence: Evidence, versions: ReadonlyMap<string, number>): boolean {
  if (evidence.rawDeleted || evidence.kind === 'report') return false;
  if (evidence.state === 'refused') return MAY_BE_READ_NOW.has(evidence.refusal?.code ?? '');
  const newest = versions.get(evidence.format ?? '');
  return evidence.state === 'analysed' && newest !== undefined && newest > (evidence.analyserVersion ?? 0);
}
