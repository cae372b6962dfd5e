import { z } from 'zod';

/** Parsed once, at the edge (`cli`, `lambda`), from the environment: names there are `CASEBOOK_` + upper snake case. */
const GB = 1e9;
const DAY_MS = 86_400_000;

export const Config = z.object({
  /** Where people reach the hub: `http://127.0.0.1:8787`, `https://casebook.example.org`. No slash at the end. */
  publicUrl: z.url().transform((url) => url.replace(/\/+$/, '')),
  /** 32 bytes or more; signs sessions and receipts. */
  secret: z.string().min(32),
  /** Sign-in of maintainers by any OIDC issuer; absent on one machine, where a one-time link is printed. */
  oidc: z
    .object({
      issuer: z.url(),
      clientId: z.string().min(1),
      clientSecret: z.string().optional(),
      allowed: z.array(z.string()).default([]),
    })
    .optional(),
  limits: z
    .object({
      fileBytes: z
        .number()
        .int()
        .positive()
        .default(20 * GB),
      reportBytes: z.number().int().positive().default(50_000_000),
      investigationBytes: z
        .number()
        .int()
        .positive()
        .default(500 * GB),
      tokenBytesPerDay: z
        .number()
        .int()
        .positive()
        .default(100 * GB),
      /** As they arrive, of one token: twice what one machine takes for long. */
      pushBytesPerDay: z
        .number()
        .int()
        .positive()
        .default(400 * GB),
      /** Submissions, an address and hour. */
      submissionsPerHour: z.number().int().positive().default(60),
      /** Submissions, an investigation and hour. */
      investigationSubmissionsPerHour: z.number().int().positive().default(600),
      notesPerHour: z.number().int().positive().default(20),
    })
    .prefault({}),
  /** Parts above this size (S3: a single PUT stops at 5 GB; the browser resumes by parts). */
  singlePutBytes: z
    .number()
    .int()
    .positive()
    .default(5 * GB),
  partBytes: z
    .number()
    .int()
    .min(5 * 2 ** 20)
    .default(64 * 2 ** 20),
  /** What a cluster pushes grows one piece of evidence until it has so many bytes, or is so old; then a new one begins. */
  pushEvidenceBytes: z.number().int().positive().default(64_000_000),
  /** One compaction takes no more of what waits: it holds twice as much in memory. */
  pushJoinBytes: z.number().int().positive().default(256_000_000),
  pushEvidenceMs: z
    .number()
    .int()
    .positive()
    .max(30 * DAY_MS)
    .default(7 * DAY_MS),
  /** Growing evidence is analysed at most this often. */
  pushAnalyseEveryMs: z.number().int().min(1000).max(900_000).default(60_000),
  uploadLifetimeMs: z.number().int().positive().default(DAY_MS),
  rawRetentionMs: z
    .number()
    .int()
    .positive()
    .max(30 * DAY_MS)
    .default(30 * DAY_MS),
  sessionMs: z
    .number()
    .int()
    .positive()
    .default(7 * DAY_MS),
  analyseTimeoutMs: z
    .number()
    .int()
    .positive()
    .default(14 * 60_000),
  analyseMemoryBytes: z
    .number()
    .int()
    .positive()
    .default(9 * 2 ** 30),
  maxAttempts: z.number().int().positive().default(3),
  sweepEveryMs: z
    .number()
    .int()
    .positive()
    .max(15 * 60_000)
    .default(5 * 60_000),
  /** `visible`: what strangers send shows at once; `pending`: after a maintainer's approval. */
  strangersAre: z.enum(['visible', 'pending']).default('visible'),
});

export type Config = z.infer<typeof Config>;
