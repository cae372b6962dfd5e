import { z } from 'zod';
import { confirmSubscription, NewSubscription, PublicSubscription, subscribe, unsubscribe } from '../../hub/notify.ts';
import { defineRoute, type Route } from '../define-route.ts';
import { BySlug, BySlugAndId } from './parameters.ts';

const noun = 'subscriptions';
const BySecret = z.object({ secret: z.string().regex(/^[0-9a-f]{40}$/) });

export const subscriptionRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/api/investigations/:slug/subscriptions',
    noun,
    summary: 'News of an investigation by webhook or mail',
    detail:
      'A mail address must be confirmed by the link that is sent there. The secret that signs webhooks is answered this once.',
    who: 'maintainer',
    params: BySlug,
    body: NewSubscription,
    answer: z.object({ subscription: PublicSubscription, signingSecret: z.string().optional() }),
    status: 201,
    handle: ({ deps, params, body, by }) => subscribe(deps, params.slug, body, { person: by }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/investigations/:slug/mail-subscriptions',
    noun,
    summary: 'Ask for news by mail, as anybody',
    who: 'anyone',
    params: BySlug,
    body: z.object({ address: z.email().max(300) }),
    answer: z.object({ sent: z.literal(true) }),
    status: 202,
    async handle({ deps, host, c, params, body }) {
      const input = { channel: 'mail' as const, target: body.address };
      await subscribe(deps, params.slug, input, { address: host.clientAddress(c) });
      return { sent: true as const };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/investigations/:slug/subscriptions/:id',
    noun,
    summary: 'End a subscription',
    who: 'maintainer',
    params: BySlugAndId,
    status: 204,
    handle: ({ deps, params, by }) => unsubscribe(deps, params.slug, params.id, { person: by }),
  }),
  defineRoute({
    method: 'get',
    path: '/api/subscriptions/:slug/:id/confirm',
    noun,
    summary: 'Confirm a mail address by the link that was sent there',
    who: 'anyone',
    params: BySlugAndId,
    query: BySecret,
    answerText: 'A sentence',
    async handle({ deps, c, params, query }) {
      await confirmSubscription(deps, params.slug, params.id, query.secret);
      return c.text('Confirmed: news of this investigation will come to this address.\n');
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/subscriptions/:slug/:id/end',
    noun,
    summary: 'End a mail subscription by its link',
    who: 'anyone',
    params: BySlugAndId,
    query: BySecret,
    status: 204,
    handle: ({ deps, params, query }) => unsubscribe(deps, params.slug, params.id, query),
  }),
];
