import { z } from 'zod';
import {
  openSubscription,
  confirmSubscription,
  NewSubscription,
  PublicSubscription,
  subscribe,
  unsubscribe,
} from '../../hub/subscriptions.ts';
import { defineRoute, type Route } from '../define-route.ts';
import { BySlug, BySlugAndId } from './parameters.ts';

const noun = 'subscriptions';
const BySecret = z.object({ secret: z.string().regex(/^[0-9a-f]{64}$/) });

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
    path: '/api/subscriptions/:slug/:id',
    noun,
    summary: 'The page of a mail subscription, by the link in its letters: confirm it or end it',
    who: 'anyone',
    params: BySlugAndId,
    query: BySecret,
    answerText: 'HTML',
    async handle({ deps, c, params: { slug, id }, query }) {
      const { confirmed } = await openSubscription(deps, slug, id, query.secret);
      c.header('Content-Security-Policy', FORM_POLICY);
      return c.html(subscriptionPage({ slug, id, secret: query.secret, confirmed, style: deps.assets.style }));
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/subscriptions/:slug/:id/confirm',
    noun,
    summary: 'Confirm a mail address',
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
    answerText: 'A sentence',
    async handle({ deps, c, params, query }) {
      await unsubscribe(deps, params.slug, params.id, query);
      return c.text('Ended: no more news of this investigation will come to this address.\n');
    },
  }),
];

const FORM_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

interface SubscriptionPage {
  readonly slug: string;
  readonly id: string;
  readonly secret: string;
  readonly confirmed: boolean;
  readonly style: string;
}

/** Every part is a slug, an id, a hash or our own: nothing to escape. */
function subscriptionPage({ slug, id, secret, confirmed, style }: SubscriptionPage): string {
  const button = (action: string, words: string) =>
    `<form method="post" action="/api/subscriptions/${slug}/${id}/${action}?secret=${secret}"><button class="button">${words}</button></form>`;
  const buttons = confirmed
    ? button('end', 'End the news')
    : button('confirm', 'Get the news') + button('end', 'No, thank you');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>News by mail · Casebook</title><link rel="stylesheet" href="${style}"></head><body><main class="prose"><h1>News by mail</h1><p>Of the investigation <a href="/i/${slug}/">${slug}</a>.</p>${buttons}</main></body></html>`;
}
