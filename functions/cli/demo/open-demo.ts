import { join } from 'node:path';
import type { Context } from '../../model/analysis.ts';
import type { Deps } from '../../hub/deps.ts';
import { investigationKey, rawKey } from '../../hub/keys.ts';
import { openInvestigation } from '../../hub/open-investigation.ts';
import { createWork } from '../../hub/people-work.ts';
import { receiveObject } from '../../hub/receive-object.ts';
import { takeEvidence } from '../../hub/take-evidence.ts';
import { issueToken, type Submitter } from '../../hub/tokens.ts';
import { writeNote } from '../../hub/write-note.ts';
import { PROGRAM_DIR } from '../local-deps.ts';
import { runExample, type ExampleRun } from './generate.ts';
import { SLUG, STORY } from './story.ts';

const DAY_MS = 86_400_000;
const MAINTAINER = { subject: 'demo', name: 'Ada (example)' };

/** Opens the worked example, once: runs the leaking and the fixed program and sends in what they left behind. */
export async function openDemo(deps: Deps, say: (line: string) => void): Promise<void> {
  if (await deps.records.get(investigationKey(SLUG))) return;
  say('Worked example: running a leaking and a fixed worker, about half a minute…');
  const nowMs = deps.now();
  const labels = { namespace: 'openfn', container: 'worker' };
  const program = join(PROGRAM_DIR, 'demo-program.mjs');
  const leaking = await runExample(
    program,
    'leaking',
    { ...labels, pod: 'worker-7c9d-x2lqp', version: '1.13.4' },
    nowMs - 3 * DAY_MS,
  );
  const fixed = await runExample(program, 'fixed', { ...labels, pod: 'worker-5f6b-m8kzt', version: '1.13.5' }, nowMs);
  const at = (daysAgo: number): Deps => ({ ...deps, now: () => Math.round(nowMs - daysAgo * DAY_MS) });

  await openInvestigation(at(12), { ...STORY.investigation, slug: SLUG }, MAINTAINER);
  const { token } = await issueToken(at(12), SLUG, { label: 'a community member', expiresInDays: 90 }, MAINTAINER);
  const member: Submitter = { tokenId: token.id, label: token.label, isStranger: false };
  await writeNote(at(11.8), SLUG, STORY.firstNote, member, '127.0.0.1');
  const before: Context = {
    version: '1.13.4',
    cluster: 'example cluster A',
    pod: 'worker-7c9d-x2lqp',
    container: 'worker',
    memoryLimitBytes: 512 * 2 ** 20,
  };
  const after: Context = { ...before, version: '1.13.5', pod: 'worker-5f6b-m8kzt' };
  const sent = [await send(at(9), member, 'memory-1.13.4.json', leaking.metrics, before, clockNote(leaking))];
  for (const [i, snapshot] of leaking.snapshots.entries())
    sent.push(
      await send(
        at(8 - i / 24),
        member,
        `worker-1.13.4-${i + 1}.heapsnapshot`,
        snapshot,
        before,
        `Heap snapshot ${i + 1} of 2, of the same process.`,
      ),
    );
  sent.push(await send(at(0.2), member, 'memory-1.13.5.json', fixed.metrics, after, clockNote(fixed)));

  for (const [daysAgo, name, input] of STORY.work(sent, nowMs))
    await createWork(at(daysAgo), SLUG, name, input, MAINTAINER);
  say(`Worked example: ${deps.config.publicUrl}/i/${SLUG}/`);
}

function clockNote(run: ExampleRun): string {
  return `Real samples of the example's program, their clock stretched ${run.stretch.toLocaleString('en')} times: one second of the run stands for ${Math.round(run.stretch / 3600)} hours.`;
}

async function send(
  deps: Deps,
  submitter: Submitter,
  name: string,
  bytes: Uint8Array,
  context: Context,
  comment: string,
): Promise<string> {
  const taken = await takeEvidence(deps, {
    slug: SLUG,
    evidence: { name, sizeBytes: bytes.length, context, comment },
    kind: 'file',
    parts: false,
    submitter,
    address: '127.0.0.1',
  });
  const key = rawKey(SLUG, taken.evidence.id);
  await deps.evidence.put(key, bytes);
  await receiveObject(deps, key);
  return taken.evidence.id;
}
