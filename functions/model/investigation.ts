import { z } from 'zod';
import { Slug } from './id.ts';
import { partialOf } from './partial.ts';
import { Line, Markdown, OptionalLine, TimeMs } from './text.ts';

export const InvestigationStatus = z.enum([
  'open',
  'reproducing',
  'cause-known',
  'fix-in-test',
  'resolved',
  'not-a-leak',
  'duplicate',
]);

export const Environment = z.object({
  platform: OptionalLine,
  kubernetesVersion: OptionalLine,
  limits: OptionalLine,
});

/** What a maintainer writes when opening one. */
export const NewInvestigation = z.object({
  slug: Slug,
  title: Line,
  summary: Markdown.default(''),
  product: Line,
  versions: z.array(Line).max(100).default([]),
  environment: Environment.prefault({}),
  components: z.array(Line).max(100).default([]),
  labels: z.array(Line).max(50).default([]),
});

export const Investigation = NewInvestigation.extend({
  status: InvestigationStatus,
  /** Set when status is `duplicate`. */
  duplicateOf: Slug.optional(),
  openedAtMs: TimeMs,
  updatedAtMs: TimeMs,
  openedBy: Line,
  /** A public, submit-only token shown in the curl line of the investigation's page; absent when closed to strangers. */
  publicToken: z.string().max(200).optional(),
  version: z.number().int().min(0),
});

/** A change to one: every field is optional, `version` is the one that was read. */
export const InvestigationPatch = partialOf(
  NewInvestigation.omit({ slug: true }).extend({ status: InvestigationStatus, duplicateOf: Slug }),
).extend({ version: z.number().int().min(1) });

export type InvestigationStatus = z.infer<typeof InvestigationStatus>;
export type NewInvestigation = z.infer<typeof NewInvestigation>;
export type Investigation = z.infer<typeof Investigation>;
export type InvestigationPatch = z.infer<typeof InvestigationPatch>;
