import { z } from 'zod';
import { addMapped, changeMapped, removeMapped } from '../../hub/mapping.ts';
import { getMapping } from '../../hub/mapping-record.ts';
import { MappedSeries, SeriesMapping } from '../../model/mapping.ts';
import { partialOf } from '../../model/partial.ts';
import { defineRoute, type Route } from '../define-route.ts';
import { BySlug, BySlugAndId } from './parameters.ts';

const noun = 'mapping';

export const mappingRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/investigations/:slug/mapping',
    noun,
    summary: 'What series with unknown names are, as maintainers said',
    who: 'anyone',
    params: BySlug,
    answer: z.array(MappedSeries),
    handle: async ({ deps, params }) => (await getMapping(deps, params.slug)).series,
  }),
  defineRoute({
    method: 'post',
    path: '/api/investigations/:slug/mapping',
    noun,
    summary: 'Say what the series of a name are',
    detail:
      '`labels` narrows it to the series that have all of these. The evidence of the investigation is analysed again with it, and evidence to come is read by it. `unit` is that of the values as the evidence gives them. 409 when the name is mapped already.',
    who: 'maintainer',
    params: BySlug,
    body: SeriesMapping,
    answer: MappedSeries,
    status: 201,
    handle: ({ deps, params, body, by }) => addMapped(deps, params.slug, body, by),
  }),
  defineRoute({
    method: 'patch',
    path: '/api/investigations/:slug/mapping/:id',
    noun,
    summary: 'Change what the series of a name are',
    detail: '`version` is the one that was read; 409 answers the current state in `data.current`.',
    who: 'maintainer',
    params: BySlugAndId,
    body: partialOf(SeriesMapping).extend({ version: z.number().int().min(1) }),
    answer: MappedSeries,
    handle: ({ deps, params, body, by }) => changeMapped(deps, params.slug, params.id, body, by),
  }),
  defineRoute({
    method: 'delete',
    path: '/api/investigations/:slug/mapping/:id',
    noun,
    summary: 'Take it back: the name is unknown again',
    who: 'maintainer',
    params: BySlugAndId,
    status: 204,
    handle: ({ deps, params, by }) => removeMapped(deps, params.slug, params.id, by),
  }),
];
