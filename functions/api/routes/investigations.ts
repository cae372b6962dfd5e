import { z } from 'zod';
import { Desk, openDesk } from '../../hub/desk.ts';
import {
  editInvestigation,
  getInvestigation,
  listInvestigations,
  openInvestigation,
} from '../../hub/open-investigation.ts';
import { openToStrangers } from '../../hub/tokens.ts';
import { Investigation, InvestigationPatch, NewInvestigation } from '../../model/investigation.ts';
import { defineRoute, type Route } from '../define-route.ts';
import { BySlug } from './parameters.ts';

const noun = 'investigations';

export const investigationRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/investigations',
    noun,
    summary: 'All investigations',
    who: 'anyone',
    answer: z.array(Investigation),
    handle: ({ deps }) => listInvestigations(deps),
  }),
  defineRoute({
    method: 'post',
    path: '/api/investigations',
    noun,
    summary: 'Open an investigation',
    detail: 'It gets a public, submit-only token, which its page shows in the curl line.',
    who: 'maintainer',
    body: NewInvestigation,
    answer: Investigation,
    status: 201,
    handle: ({ deps, body, by }) => openInvestigation(deps, body, by),
  }),
  defineRoute({
    method: 'get',
    path: '/api/investigations/:slug',
    noun,
    summary: 'One investigation',
    who: 'anyone',
    params: BySlug,
    answer: Investigation,
    handle: ({ deps, params }) => getInvestigation(deps, params.slug),
  }),
  defineRoute({
    method: 'patch',
    path: '/api/investigations/:slug',
    noun,
    summary: 'Edit an investigation',
    detail: '`version` is the one that was read; 409 answers the current state in `data.current`.',
    who: 'maintainer',
    params: BySlug,
    body: InvestigationPatch,
    answer: Investigation,
    handle: ({ deps, params, body, by }) => editInvestigation(deps, params.slug, body, by),
  }),
  defineRoute({
    method: 'get',
    path: '/api/investigations/:slug/desk',
    noun,
    summary: 'Everything of an investigation: pending, hidden and audit included',
    who: 'maintainer',
    params: BySlug,
    answer: Desk,
    handle: ({ deps, params }) => openDesk(deps, params.slug),
  }),
  defineRoute({
    method: 'post',
    path: '/api/investigations/:slug/public-token',
    noun,
    summary: 'A new public token on the page, in place of the one that was revoked',
    who: 'maintainer',
    params: BySlug,
    answer: Investigation,
    status: 201,
    handle: ({ deps, params, by }) => openToStrangers(deps, params.slug, by),
  }),
];
