import { z } from 'zod';
import { deleteByReceipt, openEvidenceReceipt, openReceipt } from '../../hub/receipts.ts';
import { finishUpload, resumeUpload, signParts } from '../../hub/upload.ts';
import { Note } from '../../model/casework.ts';
import { PublicEvidence } from '../../model/evidence.ts';
import { defineRoute, type Route } from '../define-route.ts';
import { BySlugAndId } from './parameters.ts';

const noun = 'receipts';
const Followed = z.union([
  z.object({ evidence: PublicEvidence, url: z.string() }),
  z.object({ note: Note.omit({ receiptHash: true }), url: z.string() }),
]);
const Part = z.object({ partNumber: z.number().int(), sizeBytes: z.number(), etag: z.string() });

export const receiptRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/receipts/:slug/:id',
    noun,
    summary: 'What became of a submission',
    who: 'receipt',
    params: BySlugAndId,
    answer: Followed,
    async handle({ deps, params: { slug, id }, by }) {
      const received = await openReceipt(deps, slug, id, by);
      const page = `${deps.config.publicUrl}/i/${slug}/`;
      return 'evidence' in received ? { ...received, url: `${page}evidence/${id}/` } : { ...received, url: page };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/receipts/:slug/:id',
    noun,
    summary: 'Delete a submission: bytes, analysis, words',
    who: 'receipt',
    params: BySlugAndId,
    status: 204,
    handle: ({ deps, params, by }) => deleteByReceipt(deps, params.slug, params.id, by),
  }),
  defineRoute({
    method: 'get',
    path: '/api/receipts/:slug/:id/upload',
    noun,
    summary: 'Resume: the URL signed afresh, or the parts that have arrived',
    who: 'receipt',
    params: BySlugAndId,
    answer: z.union([
      z.object({ url: z.string() }),
      z.object({ partBytes: z.number().int(), partCount: z.number().int(), arrived: z.array(Part).readonly() }),
    ]),
    handle: async ({ deps, params, by }) =>
      resumeUpload(deps, await openEvidenceReceipt(deps, params.slug, params.id, by)),
  }),
  defineRoute({
    method: 'post',
    path: '/api/receipts/:slug/:id/parts',
    noun,
    summary: 'Sign parts: at most 100 at once',
    who: 'receipt',
    params: BySlugAndId,
    body: z.object({ partNumbers: z.array(z.number().int().min(1).max(10_000)).min(1).max(100) }),
    answer: z.object({ parts: z.array(z.object({ partNumber: z.number().int(), url: z.string() })) }),
    async handle({ deps, params, body, by }) {
      const evidence = await openEvidenceReceipt(deps, params.slug, params.id, by);
      return { parts: await signParts(deps, evidence, body.partNumbers) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/receipts/:slug/:id/complete',
    noun,
    summary: 'All parts are there: the object appears',
    who: 'receipt',
    params: BySlugAndId,
    answer: z.object({ evidence: PublicEvidence }),
    async handle({ deps, params, by }) {
      return { evidence: await finishUpload(deps, await openEvidenceReceipt(deps, params.slug, params.id, by)) };
    },
  }),
];
