import { z } from 'zod';
import { compareEvidence } from '../../hub/compare-evidence.ts';
import { takeEvidence, type Taken } from '../../hub/take-evidence.ts';
import { analyseAgain, editEvidence, openRaw } from '../../hub/tend-evidence.ts';
import { Context } from '../../model/analysis.ts';
import { AppError } from '../../model/error.ts';
import { MOST_COMPARED, NewEvidence, PublicEvidence } from '../../model/evidence.ts';
import { Id } from '../../model/id.ts';
import { acceptsJson } from '../accepts.ts';
import { defineRoute, parseInput, type Route } from '../define-route.ts';
import { BySlug, BySlugAndId } from './parameters.ts';

const noun = 'evidence';

/** What a curl line can say without a body. */
const Query = z.object({
  name: NewEvidence.shape.name.optional(),
  size: z.coerce.number().int().min(0).optional(),
  kind: z.enum(['file', 'report']).optional(),
  parts: z.literal('1').optional(),
  comment: z.string().max(2000).optional(),
  version: Context.shape.version,
  cluster: Context.shape.cluster,
  namespace: Context.shape.namespace,
  pod: Context.shape.pod,
  container: Context.shape.container,
});
const Body = NewEvidence.extend({
  kind: z.enum(['file', 'report']).default('file'),
  parts: z.boolean().default(false),
});

const Upload = z.union([
  z.object({ url: z.string() }),
  z.object({ partBytes: z.number().int(), partCount: z.number().int() }),
]);
const TakenAnswer = z.object({
  evidence: PublicEvidence,
  receipt: z.object({ id: z.string(), secret: z.string(), url: z.string() }),
  upload: Upload,
});

function fromQuery(query: z.output<typeof Query>): z.input<typeof Body> {
  const { name, size, kind, parts, comment, ...context } = query;
  if (name === undefined || size === undefined) {
    throw new AppError(
      'bad-input',
      'say the name and the size in bytes: ?name=dump.hprof&size=123, or a JSON body with name and sizeBytes',
    );
  }
  return { name, sizeBytes: size, kind, parts: parts === '1', comment, context };
}

/** For curl: nothing but the address to PUT to, so that it fits in `"$(…)"`. */
function plainUrl(taken: Taken): string {
  if ('url' in taken.upload) return `${taken.upload.url}\n`;
  throw new AppError(
    'bad-input',
    'this needs parts, which one curl line cannot send: use the script of /submit.sh, or ask for JSON',
    { data: { limit: 'singlePutBytes' } },
  );
}

export const evidenceRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/api/investigations/:slug/evidence',
    noun,
    summary: 'Announce evidence: answers where to PUT its bytes, and a receipt',
    detail:
      'By query or by a JSON body. A client that accepts application/json gets everything; any other, curl among them, gets the URL alone as text/plain. The header casebook-receipt holds the secret address with which its sender follows or deletes it.',
    who: 'token',
    params: BySlug,
    query: Query,
    body: Body.optional(),
    answer: TakenAnswer,
    status: 201,
    async handle({ deps, host, c, params, query, body, by }) {
      const { kind, parts, ...evidence } = body ?? parseInput(Body, fromQuery(query), 'the query');
      const plain = !acceptsJson(c, false);
      if (plain && (parts || evidence.sizeBytes > deps.config.singlePutBytes)) {
        plainUrl({ upload: { partBytes: 0, partCount: 0 } } as Taken);
      }
      const address = host.clientAddress(c);
      const taken = await takeEvidence(deps, { slug: params.slug, evidence, kind, parts, submitter: by, address });
      c.header('casebook-receipt', taken.receipt.url);
      return plain ? c.text(plainUrl(taken), 201) : taken;
    },
  }),
  defineRoute({
    method: 'patch',
    path: '/api/investigations/:slug/evidence/:id',
    noun,
    summary: 'Approve or hide evidence, mend its context',
    who: 'maintainer',
    params: BySlugAndId,
    body: z.object({
      version: z.number().int().min(1),
      visibility: PublicEvidence.shape.visibility.optional(),
      context: Context.optional(),
    }),
    answer: PublicEvidence,
    handle: ({ deps, params, body, by }) => editEvidence(deps, params.slug, params.id, body, by),
  }),
  defineRoute({
    method: 'post',
    path: '/api/investigations/:slug/evidence/:id/raw',
    noun,
    summary: 'A link to the raw bytes that lives for five minutes; recorded',
    who: 'maintainer',
    params: BySlugAndId,
    body: z.object({ reason: z.string().trim().min(3).max(500) }),
    answer: z.object({ url: z.string(), expiresAtMs: z.number() }),
    handle: ({ deps, params, body, by }) => openRaw(deps, params.slug, params.id, body.reason, by),
  }),
  defineRoute({
    method: 'post',
    path: '/api/investigations/:slug/evidence/:id/analyse',
    noun,
    summary: 'Analyse again',
    who: 'maintainer',
    params: BySlugAndId,
    answer: PublicEvidence,
    status: 202,
    handle: ({ deps, params, by }) => analyseAgain(deps, params.slug, params.id, by),
  }),
  defineRoute({
    method: 'post',
    path: '/api/investigations/:slug/comparisons',
    noun,
    summary: 'Compare files of one format: what grew between them',
    detail:
      'Answers a piece of evidence of kind comparison, which is analysed like any other. Its files are named oldest first and must be kept still. The same files again answer the same comparison.',
    who: 'maintainer',
    params: BySlug,
    body: z.object({ evidenceIds: z.array(Id).min(2).max(MOST_COMPARED) }),
    answer: PublicEvidence,
    status: 202,
    handle: ({ deps, params, body, by }) => compareEvidence(deps, params.slug, body.evidenceIds, by),
  }),
];
