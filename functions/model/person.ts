import { z } from 'zod';
import { Slug } from './id.ts';
import { Line, TimeMs } from './text.ts';

/** A maintainer, as the issuer names them. */
export const Person = z.object({
  subject: z.string().min(1).max(300),
  name: Line,
  email: z.string().max(300).optional(),
});

/** What a cluster sends with: write only, one investigation, expiring, revocable. The secret itself is never stored. */
export const NewToken = z.object({ label: Line, expiresInDays: z.number().int().min(1).max(730).default(90) });
export const Token = z.object({
  id: z.string().max(40),
  slug: Slug,
  label: Line,
  secretHash: z.string().length(64),
  createdBy: Line,
  createdAtMs: TimeMs,
  expiresAtMs: TimeMs,
  revokedAtMs: TimeMs.optional(),
  lastUsedAtMs: TimeMs.optional(),
  usedBytes: z.number().min(0).default(0),
  version: z.number().int().min(0),
});

export type Person = z.infer<typeof Person>;
export type Token = z.infer<typeof Token>;
