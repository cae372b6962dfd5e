import { z } from 'zod';
import { compareByReceipt, isComparable } from '../../hub/compare-by-receipt.ts';
import { deleteByReceipt, openEvidenceReceipt, openReceipt } from '../../hub/receipts.ts';
import { finishUpload, resumeUpload, signParts } from '../../hub/upload.ts';
import { Note } from '../../model/casework.ts';
import { MOST_COMPARED, PublicEvidence } from '../../model/evidence.ts';
import { Id } from '../../model/id.ts';
import { defineRoute, type Route } from '../define-route.ts';
import { BySlugAndId } from './parameters.ts';

const noun = 'receipts';
const Followed = z.union([
  z.object({
    evidence: PublicEvidence,
    url: z.string(),
    /** Its bytes are kept, and of a format of which two files can be compared. */
    comparable: z.boolean(),
  }),
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
      if (!('evidence' in received)) return { ...received, url: page };
      return { ...received, url: `${page}evidence/${id}/`, comparable: isComparable(received.evidence) };
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
  defineRoute({
    method: 'post',
    path: '/api/receipts/:slug/:id/comparisons',
    noun,
    summary: 'Compare it with other files of yours: what grew between them',
    detail:
      'The bearer is the receipt of one file, the body names the receipts of the others; order does not matter. Each must be analysed, shown to everybody, of one format, and kept still. Counts as a submission.',
    who: 'receipt',
    params: BySlugAndId,
    body: z.object({
      others: z
        .array(z.object({ id: Id, secret: z.string().min(1).max(100) }))
        .min(1)
        .max(MOST_COMPARED - 1),
    }),
    answer: z.object({ evidence: PublicEvidence, url: z.string() }),
    status: 202,
    async handle({ deps, host, c, params: { slug, id }, body, by }) {
      const receipts = [{ id, secret: by }, ...body.others];
      const evidence = await compareByReceipt(deps, slug, receipts, host.clientAddress(c));
      return { evidence, url: `${deps.config.publicUrl}/i/${slug}/evidence/${evidence.id}/` };
    },
  }),
];
