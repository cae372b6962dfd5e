import { z } from 'zod';
import { recordDeploy } from '../../hub/record-deploy.ts';
import { Deploy, NewDeploy } from '../../model/casework.ts';
import { TimeMs } from '../../model/text.ts';
import { defineRoute, type Route } from '../define-route.ts';
import { BySlug } from './parameters.ts';

/** A time as pipelines have it at hand. */
const Time = z.object({
  timeMs: TimeMs.optional(),
  at: z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text))
    .optional(),
});

export const deployRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/api/investigations/:slug/deploys',
    noun: 'deploys',
    summary: 'Record that a release went live',
    detail:
      'For the last step of a pipeline: curl -fsS -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d \'{"release":"2.13.3"}\' $HUB/api/investigations/$SLUG/deploys. The time is now unless `at` (ISO 8601) or `timeMs` says otherwise. It is a mark on the chart, and the verdict names it where growth begins or ends with it. The public token does not do.',
    who: 'token or maintainer',
    params: BySlug,
    body: NewDeploy.omit({ timeMs: true }).extend(Time.shape),
    answer: Deploy,
    status: 201,
    handle({ deps, host, c, params, body: { at, timeMs, ...deploy }, by }) {
      return recordDeploy(deps, params.slug, { ...deploy, timeMs: timeMs ?? at }, by, host.clientAddress(c));
    },
  }),
];
