import { z } from 'zod';
import { getInvestigation } from '../../hub/open-investigation.ts';
import { issueToken, listTokens, revokeToken } from '../../hub/tokens.ts';
import { NewToken, Token } from '../../model/person.ts';
import { defineRoute, type Route } from '../define-route.ts';
import { BySlug, BySlugAndId } from './parameters.ts';

const noun = 'tokens';
const Shown = Token.omit({ secretHash: true });

export const tokenRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/investigations/:slug/tokens',
    noun,
    summary: 'The tokens of an investigation, with their last use',
    who: 'maintainer',
    params: BySlug,
    answer: z.array(Shown),
    handle: ({ deps, params }) => listTokens(deps, params.slug),
  }),
  defineRoute({
    method: 'post',
    path: '/api/investigations/:slug/tokens',
    noun,
    summary: 'Issue a token for a cluster: write only, this investigation, expiring',
    detail: 'The secret is answered this once.',
    who: 'maintainer',
    params: BySlug,
    body: NewToken,
    answer: z.object({ token: Shown, secret: z.string() }),
    status: 201,
    async handle({ deps, params, body, by }) {
      await getInvestigation(deps, params.slug);
      return issueToken(deps, params.slug, body, by);
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/investigations/:slug/tokens/:id',
    noun,
    summary: 'Revoke a token',
    who: 'maintainer',
    params: BySlugAndId,
    answer: Shown,
    handle: ({ deps, params, by }) => revokeToken(deps, params.slug, params.id, by),
  }),
];
