import { z } from 'zod';
import { writeNote } from '../../hub/write-note.ts';
import { NewNote, Note } from '../../model/casework.ts';
import { defineRoute, type Route } from '../define-route.ts';
import { BySlug } from './parameters.ts';

export const noteRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/api/investigations/:slug/notes',
    noun: 'notes',
    summary: 'Write a note in markdown',
    detail: 'What a stranger writes gets a receipt, with which they can delete it.',
    who: 'token or maintainer',
    params: BySlug,
    body: NewNote,
    answer: z.object({
      note: Note.omit({ receiptHash: true }),
      receipt: z.object({ id: z.string(), secret: z.string(), url: z.string() }).optional(),
    }),
    status: 201,
    handle: ({ deps, host, c, params, body, by }) => writeNote(deps, params.slug, body, by, host.clientAddress(c)),
  }),
];
