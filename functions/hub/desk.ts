import { z } from 'zod';
import {
  Deploy,
  Event,
  Experiment,
  Hypothesis,
  Judgement,
  Note,
  PersonFinding,
  Step,
  Update,
} from '../model/casework.ts';
import { Evidence } from '../model/evidence.ts';
import { Investigation } from '../model/investigation.ts';
import { Token } from '../model/person.ts';
import { Alert } from '../model/alert.ts';
import { MappedSeries } from '../model/mapping.ts';
import { listAlerts } from './alerts.ts';
import { COMPARING } from './compare-evidence.ts';
import type { Deps } from './deps.ts';
import { partitionOf, type Noun } from './keys.ts';
import { getMapping } from './mapping-record.ts';
import { PublicSubscription, listSubscriptions } from './subscriptions.ts';
import { getInvestigation } from './open-investigation.ts';
import { listStored } from './stored.ts';
import { listTokens } from './tokens.ts';

const NEWEST = 1000;

/** Everything of one investigation that a maintainer may see: no hash, no key, no secret. */
export const Desk = z.object({
  investigation: Investigation,
  evidence: z.array(Evidence.omit({ receiptHash: true, uploadId: true, analysisKey: true })),
  findings: z.array(PersonFinding),
  judgements: z.array(Judgement),
  hypotheses: z.array(Hypothesis),
  experiments: z.array(Experiment),
  steps: z.array(Step),
  updates: z.array(Update),
  notes: z.array(Note.omit({ receiptHash: true })),
  tokens: z.array(Token.omit({ secretHash: true })),
  subscriptions: z.array(PublicSubscription),
  deploys: z.array(Deploy),
  alerts: z.array(Alert.omit({ heard: true })),
  /** What series are, as maintainers said. */
  mapping: z.array(MappedSeries),
  /** The newest 1,000, newest first, those of the audit included. */
  events: z.array(Event),
  /** Formats whose files can be compared. */
  comparableFormats: z.array(z.string()),
});
export type Desk = z.infer<typeof Desk>;

export async function openDesk(deps: Deps, slug: string): Promise<Desk> {
  const all = <S extends z.ZodType>(noun: Noun, schema: S) =>
    listStored(deps.records, partitionOf(slug), `${noun}#`, schema);
  const investigation = await getInvestigation(deps, slug);
  const [evidence, findings, judgements, hypotheses, experiments, steps] = await Promise.all([
    all('evidence', Evidence),
    all('finding', PersonFinding),
    all('judgement', Judgement),
    all('hypothesis', Hypothesis),
    all('experiment', Experiment),
    all('step', Step),
  ]);
  const [updates, notes, tokens, subscriptions, deploys, alerts, mapping, events] = await Promise.all([
    all('update', Update),
    all('note', Note),
    listTokens(deps, slug),
    listSubscriptions(deps, slug),
    all('deploy', Deploy),
    listAlerts(deps, slug),
    getMapping(deps, slug),
    listStored(deps.records, partitionOf(slug), 'event#', Event, { newest: NEWEST }),
  ]);
  return Desk.parse({
    investigation,
    evidence: evidence.filter(({ state }) => state !== 'deleted'),
    findings,
    judgements,
    hypotheses,
    experiments,
    steps,
    updates,
    notes,
    tokens,
    subscriptions,
    deploys,
    alerts,
    mapping: mapping.series,
    events,
    comparableFormats: COMPARING.map(({ format }) => format),
  });
}
