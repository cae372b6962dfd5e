import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { publishInvestigation } from '../../functions/hub/publish/publish.ts';
import { runAnalysis } from '../../functions/hub/run-analysis.ts';
import { issueToken } from '../../functions/hub/tokens.ts';
import { CaseDocument } from '../../functions/model/case.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { testRun } from '../analysis/test-run.ts';
import { MAINTAINER, openTestHub, ORIGIN, putBytes, type TestHub } from '../hub/test-hub.ts';
import { clientOf, signIn, type Ask } from './client.ts';

const SLUG = 'deployed';
const PATH = `/api/investigations/${SLUG}/deploys`;
const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

let hub: TestHub;
let ask: Ask;
let bearer: string;
let publicToken: string;

beforeEach(async () => {
  hub = await openTestHub({}, (deps) => ({
    ...deps,
    analyse: async (request) => runAnalysis((key) => deps.evidence.source(key), request, testRun()),
  }));
  hub.clock.nowMs = START + 80 * HOUR;
  const input = NewInvestigation.parse({ slug: SLUG, title: 'Deployed', product: 'x' });
  publicToken = (await openInvestigation(hub.deps, input, MAINTAINER)).publicToken ?? '';
  bearer = (await issueToken(hub.deps, SLUG, { label: 'pipeline', expiresInDays: 9 }, MAINTAINER)).secret;
  ask = clientOf(hub, { cookie: await signIn(hub) });
});
afterEach(() => hub.close());

async function published(): Promise<CaseDocument> {
  await publishInvestigation(hub.deps, SLUG);
  return CaseDocument.parse(JSON.parse(new TextDecoder().decode(await hub.deps.site.read(`i/${SLUG}/data.json`))));
}

describe('a deploy', () => {
  it('is recorded by a pipeline with its token, as the reference says it', async () => {
    const answer = await hub.app.request(`${ORIGIN}${PATH}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: '{"release":"2.13.3"}',
    });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({ release: '2.13.3', by: 'pipeline', cluster: '' });
    const { deploys, timeline } = await published();
    expect(deploys).toMatchObject([{ release: '2.13.3', by: 'pipeline' }]);
    expect(timeline[0]).toMatchObject({ kind: 'deploy/added', by: 'pipeline' });
    expect(timeline[0]?.text).toMatch(/^2\.13\.3 was deployed at 2026-01-04 08:00 UTC$/);
  });

  it('is nobody’s to record with the public token, and a time is a time', async () => {
    expect((await clientOf(hub, { bearer: publicToken })('POST', PATH, { release: '1' })).status).toBe(403);
    expect((await clientOf(hub)('POST', PATH, { release: '1' })).status).toBe(401);
    expect((await ask('POST', PATH, { release: '1', at: 'yesterday' })).status).toBe(400);
    expect((await ask('POST', PATH, { release: '1', at: '2026-01-02T04:00:00+02:00' })).at('timeMs')).toBe(
      Date.UTC(2026, 0, 2, 2),
    );
  });

  it('is in the verdict and on the chart where growth begins with it, until it is hidden', async () => {
    const values = Array.from({ length: 72 * 12 }, (_, i): [number, string] => {
      const hour = i / 12;
      const bytes = 2e8 + Math.max(0, hour - 30) * 4e6 + 1e6 * Math.sin(hour * 7.3) + 5e5 * Math.sin(hour * 23.1);
      return [START / 1000 + i * 300, String(Math.round(bytes))];
    });
    const metric = { __name__: 'container_memory_rss', namespace: 'shop', pod: 'w-0', container: 'w' };
    const text = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric, values }] } });
    const sized = { name: 'memory.json', sizeBytes: text.length };
    const taken = await clientOf(hub, { bearer })('POST', `/api/investigations/${SLUG}/evidence`, sized);
    await putBytes(hub, String(taken.at('upload', 'url')), text);
    await hub.work();
    expect((await published()).verdict.sentence).not.toContain('deploy');
    const added = await ask('POST', PATH, { release: '2.13.3', timeMs: START + 30 * HOUR, namespace: 'shop' });
    const { verdict, chart } = await published();
    expect(verdict.sentence).toContain('since the deploy of `2.13.3` at 2026-01-02 06:00 UTC');
    expect(chart?.marks).toContainEqual({
      kind: 'deploy',
      timeMs: START + 30 * HOUR,
      label: 'deploy of 2.13.3',
    });
    const hide = { version: added.at('version'), visibility: 'hidden' };
    expect((await ask('PATCH', `${PATH}/${String(added.at('id'))}`, hide)).status).toBe(200);
    const without = await published();
    expect(without.verdict.sentence).not.toContain('deploy');
    expect(without.deploys).toBeUndefined();
    expect(without.timeline.filter(({ kind }) => kind.startsWith('deploy/'))).toEqual([]);
  });
});
