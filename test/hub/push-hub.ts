import { compress } from 'snappyjs';
import { runAnalysis } from '../../functions/hub/run-analysis.ts';
import type { Config } from '../../functions/hub/config.ts';
import type { Deps } from '../../functions/hub/deps.ts';
import { getEvidence } from '../../functions/hub/evidence-record.ts';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { listSegments } from '../../functions/hub/push/push-objects.ts';
import { issueToken } from '../../functions/hub/tokens.ts';
import type { Analysis } from '../../functions/model/analysis.ts';
import type { Evidence } from '../../functions/model/evidence.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { testRun } from '../analysis/test-run.ts';
import { ProtoWriter } from '../analysis/formats/proto-writer.ts';
import { MAINTAINER, ORIGIN, openTestHub } from './test-hub.ts';

export const SLUG = 'pushed';
export const T0 = Date.UTC(2026, 0, 1);

/** [seconds after T0, value]; a bigint is the bits of one. */
export type PushedSample = readonly [number, number | bigint];

/** One series of one pod, as remote write 1.0. */
export function writeRequest(
  samples: readonly PushedSample[],
  { pod = 'app-1', metric = 'container_memory_working_set_bytes' } = {},
): Uint8Array<ArrayBuffer> {
  const series = new ProtoWriter();
  const labels = { __name__: metric, container: 'app', namespace: 'shop', pod };
  for (const [name, value] of Object.entries(labels)) series.bytes(1, new ProtoWriter().bytes(1, name).bytes(2, value));
  for (const [seconds, value] of samples) {
    const sample = new ProtoWriter();
    if (typeof value === 'bigint') sample.fixed64(1, value);
    else sample.double(1, value);
    series.bytes(2, sample.varint(2, T0 + seconds * 1000));
  }
  return new Uint8Array(compress(new ProtoWriter().bytes(1, series).done()));
}

export type PushHub = Awaited<ReturnType<typeof openPushHub>>;

/** A hub with one investigation and the token of one cluster; what is pushed is really analysed. */
export async function openPushHub(config: Partial<Config> = {}, wrap: (deps: Deps) => Deps = (deps) => deps) {
  const analyses: Analysis[] = [];
  const hub = await openTestHub(config, (deps) =>
    wrap({
      ...deps,
      analyse: async (request) => {
        const analysis = await runAnalysis((key) => deps.evidence.source(key), request, testRun());
        analyses.push(analysis);
        return analysis;
      },
    }),
  );
  const investigation = NewInvestigation.parse({ slug: SLUG, title: 'Pushed', product: 'shop' });
  await openInvestigation(hub.deps, investigation, MAINTAINER);
  const { secret } = await issueToken(hub.deps, SLUG, { label: 'prod', expiresInDays: 90 }, MAINTAINER);

  const post = async (
    path: string,
    body: Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    hub.app.request(`${ORIGIN}/api/push/${path}`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/x-protobuf', ...headers },
    });

  return {
    ...hub,
    /** Of each analysis that was made. */
    analyses,
    /** Whatever `headers` say stands. */
    post,
    write: (...samples: PushedSample[]) => post('prometheus', writeRequest(samples), { 'content-encoding': 'snappy' }),
    async pushed(): Promise<Evidence[]> {
      const page = await hub.deps.records.query(`investigation#${SLUG}`, 'evidence#');
      return Promise.all(page.records.map(({ body }) => getEvidence(hub.deps, SLUG, String(body['id']))));
    },
    async storedBytes(): Promise<number> {
      let bytes = 0;
      for (const { id } of await this.pushed())
        for (const { sizeBytes } of await listSegments(hub.evidence, SLUG, id)) bytes += sizeBytes;
      return bytes;
    },
    /** Later, every job that waits is done. */
    async workAfter(ms: number): Promise<number> {
      hub.clock.nowMs += ms;
      return hub.work();
    },
  };
}

export const workingSet = (analysis: Analysis | undefined) =>
  analysis?.series.find(({ metric }) => metric === 'container_memory_working_set_bytes');
