import { z } from 'zod';
import { Evidence } from '../../model/evidence.ts';
import { listDead, redriveDead } from '../../hub/tend-evidence.ts';
import { defineRoute, type Route } from '../define-route.ts';

const noun = 'jobs';
const Dead = Evidence.pick({ slug: true, id: true, attempts: true, name: true, sizeBytes: true, failure: true });

export const jobRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/jobs/dead',
    noun,
    summary: 'Jobs that failed as often as they may, and why',
    who: 'maintainer',
    answer: z.object({ dead: z.array(Dead) }),
    handle: async ({ deps }) => ({ dead: await listDead(deps) }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/jobs/redrive',
    noun,
    summary: 'Try them all again',
    who: 'maintainer',
    answer: z.object({ redriven: z.number() }),
    handle: async ({ deps, by }) => ({ redriven: await redriveDead(deps, by) }),
  }),
];
