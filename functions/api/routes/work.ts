import {
  CHANGEABLE,
  changeWork,
  createWork,
  patchOf,
  WORK,
  type ChangeableName,
  type WorkName,
  type WorkNoun,
} from '../../hub/people-work.ts';
import { Note } from '../../model/casework.ts';
import { defineRoute, type Route } from '../define-route.ts';
import { BySlug, BySlugAndId } from './parameters.ts';

/** The nouns of people's work differ in their schemas alone: one pair of routes for each. */
function addRoute(name: WorkName): Route {
  const { noun, create, record }: WorkNoun = WORK[name];
  return defineRoute({
    method: 'post',
    path: `/api/investigations/:slug/${name}`,
    noun: name,
    summary: `Add a ${noun}`,
    who: 'maintainer',
    params: BySlug,
    body: create,
    answer: record,
    status: 201,
    handle: ({ deps, params, body, by }) => createWork(deps, params.slug, name, body, by),
  });
}

function changeRoute(name: ChangeableName): Route {
  const { noun, record }: WorkNoun = CHANGEABLE[name];
  return defineRoute({
    method: 'patch',
    path: `/api/investigations/:slug/${name}/:id`,
    noun: name,
    summary: `Change a ${noun}: any field, its visibility`,
    detail: '`version` is the one that was read; 409 answers the current state in `data.current`.',
    who: 'maintainer',
    params: BySlugAndId,
    body: patchOf(name),
    answer: name === 'notes' ? Note.omit({ receiptHash: true }) : record,
    handle: ({ deps, params, body, by }) => changeWork(deps, params.slug, name, params.id, body, by),
  });
}

const names = <T extends object>(table: T) => Object.keys(table) as (keyof T)[];

/** A deploy is recorded by pipelines as well: its door is in `deploys.ts`. */
const added = names(WORK).filter((name) => name !== 'deploys');

export const workRoutes: readonly Route[] = [...added.map(addRoute), ...names(CHANGEABLE).map(changeRoute)];
