import { z } from 'zod';
import { listDead, redriveDead } from '../../hub/tend-evidence.ts';
import { defineRoute, type Route } from '../define-route.ts';

const noun = 'jobs';

export const jobRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/jobs/dead',
    noun,
    summary: 'Jobs that failed as often as they may',
    who: 'maintainer',
    answer: z.object({ dead: z.array(z.object({ slug: z.string(), id: z.string(), attempts: z.number() })) }),
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
