import { z } from 'zod';
import { Context, Fact } from './analysis.ts';
import { Id, Slug } from './id.ts';
import { FileName, Line, Markdown, TimeMs } from './text.ts';

/** Who sent by the public token, as shown. */
export const STRANGER = 'stranger';

export const EvidenceState = z.enum([
  'awaiting-upload',
  'received',
  'analysing',
  'analysed',
  'refused',
  'expired',
  'deleted',
]);

/**
 * `file`: bytes to analyse. `report`: an Analysis made by the submitter (untrusted). `push`: a growing series. `comparison`:
 * what changed between other pieces, whose bytes it reads; it has none of its own.
 */
export const EvidenceKind = z.enum(['file', 'report', 'push', 'comparison']);
export const MOST_COMPARED = 8;

export const NewEvidence = z.object({
  name: FileName,
  sizeBytes: z.number().int().min(0),
  context: Context.default({}),
  comment: Markdown.default(''),
});

export const Progress = z.object({ step: Line, done: z.number().min(0).max(1), atMs: TimeMs });

export const Refusal = z.object({
  code: z.string().max(40),
  message: z.string().max(4000),
  looksLike: z.string().max(4000).default(''),
});

export const Evidence = NewEvidence.extend({
  id: Id,
  slug: Slug,
  kind: EvidenceKind,
  /** Of a comparison: the files, oldest first. */
  comparedIds: z.array(Id).min(2).max(MOST_COMPARED).optional(),
  state: EvidenceState,
  /** Hidden things are seen by maintainers alone; what strangers send is visible at once unless configured otherwise. */
  visibility: z.enum(['pending', 'visible', 'hidden']),
  /** Who sent it, as shown: a maintainer's name, a token's label, or 'stranger'. */
  submittedBy: Line,
  submittedAtMs: TimeMs,
  /** SHA-256 in hex of the receipt's secret. */
  receiptHash: z.string().length(64),
  uploadId: z.string().max(2000).optional(),
  /** Of a multipart upload; fixed when it starts, so that a resume after a change of configuration cuts the same parts. */
  partBytes: z.number().int().positive().optional(),
  uploadExpiresAtMs: TimeMs.optional(),
  receivedAtMs: TimeMs.optional(),
  etag: z.string().max(200).optional(),
  progress: Progress.optional(),
  attempts: z.number().int().min(0).default(0),
  /** Of a push that grew while it was analysed: once more, then. */
  morePushed: z.boolean().optional(),
  /** Its series were mapped anew while it was analysed: once more, then. */
  remapped: z.boolean().optional(),
  /** Of the mapping by which its series were read; absent where nothing was mapped. */
  mappingStamp: z.string().max(16).optional(),
  /** Whether a mapping of series can change what is read in it. */
  hasSeries: z.boolean().optional(),
  format: z.string().max(64).optional(),
  analyserVersion: z.number().int().optional(),
  analysedAtMs: TimeMs.optional(),
  /** Of a push: what its last analysis took, with the compaction before it. */
  analysisTookMs: z.number().int().min(0).optional(),
  /** Object key of the stored Analysis (its views are lazy files beside it). */
  analysisKey: z.string().max(500).optional(),
  mainFact: Fact.optional(),
  findingCount: z.number().int().min(0).default(0),
  refusal: Refusal.optional(),
  /** What the last attempt failed with, for maintainers: the refusal says no more than that it failed. */
  failure: z.object({ message: z.string().max(1000), atMs: TimeMs }).optional(),
  /** The raw bytes are deleted at this time; the Analysis stays. */
  rawExpiresAtMs: TimeMs.optional(),
  rawDeleted: z.boolean().default(false),
  version: z.number().int().min(0),
});

/** What everybody may see: no receipt, no upload, no key. */
export const PublicEvidence = Evidence.omit({
  receiptHash: true,
  uploadId: true,
  partBytes: true,
  uploadExpiresAtMs: true,
  etag: true,
  analysisKey: true,
  morePushed: true,
  failure: true,
  remapped: true,
  analysisTookMs: true,
  mappingStamp: true,
  hasSeries: true,
});

export type EvidenceState = z.infer<typeof EvidenceState>;
export type EvidenceKind = z.infer<typeof EvidenceKind>;
export type NewEvidence = z.infer<typeof NewEvidence>;
export type Evidence = z.infer<typeof Evidence>;
export type PublicEvidence = z.infer<typeof PublicEvidence>;
export type Refusal = z.infer<typeof Refusal>;
